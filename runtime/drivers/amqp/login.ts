/** Who a URL says that we are. The library itself reads what is percent-encoded as Latin-1, and a password is UTF-8. */
import { credentials, type SocketOptions } from 'amqplib';
import { tlsOptions } from '../tls.js';
import { tlsFilesOf } from './url.js';

/** Without a user where the URL names nobody: the library then comes as guest. */
export function login(url: string): SocketOptions {
  const { username, password } = new URL(url);
  const certificates = tlsOptions(tlsFilesOf(url));
  if (username === '') return certificates;
  const plain = credentials.plain(decodeURIComponent(username), decodeURIComponent(password));
  return Object.assign(certificates, { credentials: plain });
}

/** Whom the broker takes us for. */
export const userOf = (url: string): string => decodeURIComponent(new URL(url).username) || 'guest';
