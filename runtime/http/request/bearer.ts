/** Bearer tokens in requests, https://www.rfc-editor.org/rfc/rfc6750 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

export const bearerOf = ({ headers }: IncomingMessage): string | undefined =>
  BEARER.exec(headers.authorization ?? '')?.[1];

/** Whether a request brings this token. How long that takes says nothing about how much of a wrong token is right. */
export function brings(token: string): (request: IncomingMessage) => boolean {
  const expected = digest(token);
  return request => timingSafeEqual(digest(bearerOf(request) ?? ''), expected);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
