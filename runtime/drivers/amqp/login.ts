/** Who a URL says that we are. The library itself reads what is percent-encoded as Latin-1, and a password is UTF-8. */
import { credentials, type SocketOptions } from 'amqplib';

/** Nothing where the URL names nobody: the library then comes as guest. */
export function login(url: string): Pick<SocketOptions, 'credentials'> {
  const { username, password } = new URL(url);
  if (username === '') return {};
  return { credentials: credentials.plain(decodeURIComponent(username), decodeURIComponent(password)) };
}

/** Whom the broker takes us for. */
export const userOf = (url: string): string => decodeURIComponent(new URL(url).username) || 'guest';
