/** Requests that a function sees as they came, and answers of its own making. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RawRequest, RawResponse } from '../contract/raw.js';
import { CREDENTIALS, FRAMING, type RawRoute, TOKEN } from '../contract/trigger.js';
import { end } from './answer.js';

/** What every answer of the route has: also of one that is refused before the function is called. */
export function setRawHeaders(response: ServerResponse, { headers }: RawRoute): void {
  for (const name in headers) response.setHeader(name, headers[name] as string);
}

export function rawRequest({ method = '', url = '/', headers }: IncomingMessage): RawRequest {
  const told: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !CREDENTIALS.has(name)) told[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method, url, headers: told };
}

/** Throws what is a defect of the function before anything is written. `hold` as of `answer`. */
export function answerRaw(
  response: ServerResponse,
  { status, headers = {}, body = '' }: RawResponse,
  hold: (bytes: number) => void,
): void {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Error(`${status} is no status of an answer`);
  const bytes = Buffer.byteLength(body);
  if (bytes > 0 && BODILESS.has(status)) throw new Error(`an answer of status ${status} has no body`);
  const lines: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name) || FRAMING.has(name.toLowerCase())) throw new Error(`${name} is not a function's to say`);
    // One that the route says is said once.
    response.removeHeader(name);
    lines.push(name.toLowerCase(), value);
  }
  hold(bytes);
  end(response, status, lines, body, { bytes });
}

const BODILESS = new Set([204, 205, 304]);
