/** Writes results and failures onto a node:http response: JSON, or problem details, never cached, never framed. */
import type { ServerResponse } from 'node:http';
import type { Failure } from '../contract/failure.js';
import { problem, retryAfterSeconds } from '../core/codes.js';
import type { HttpReply } from '../core/http-reply.js';
import { endInOnePiece } from './one-piece.js';
import { FOR_DATA, type Protection, protectionOf } from './security-headers.js';

const JSON_TYPE = ['content-type', 'application/json'];
/** What nearly every answer says, put together once. */
const OF_JSON = { plain: replaced(FOR_DATA.plain, JSON_TYPE), tls: replaced(FOR_DATA.tls, JSON_TYPE) };

/** `hold` hears how many bytes it has before they are written, and throws where that are too many. */
export function answer(
  response: ServerResponse,
  { status, headers, body }: HttpReply,
  hold: (bytes: number) => void,
): void {
  if (body === undefined) end(response, status, headers);
  else {
    const text = JSON.stringify(body);
    const bytes = Buffer.byteLength(text);
    hold(bytes);
    end(response, status, headers, text, { wanted: OF_JSON, bytes });
  }
}

/** A 401 names the scheme (RFC 9110, 15.5.2); what passes by itself says when to come again. `status` where HTTP's usual one does not fit, `more` headers that it asks for. */
export function refuse(
  response: ServerResponse,
  failure: Failure,
  status?: number,
  more: readonly string[] = [],
): void {
  const told = problem(failure, status);
  const retryAfter = retryAfterSeconds(failure);
  const headers = [
    ...['content-type', 'application/problem+json'],
    ...(told.status === 401 ? ['www-authenticate', 'Bearer'] : []),
    ...(retryAfter === undefined ? [] : ['retry-after', String(retryAfter)]),
    ...more,
  ];
  end(response, told.status, headers, JSON.stringify(told));
}

interface Ending {
  /** What every such answer says; default: of data. */
  readonly wanted?: Protection;
  /** Of the body, where they have been counted. */
  readonly bytes?: number;
}

/** `headers` are names, in lower case, and values in turn; they replace what every answer says. All is written at once. */
export function end(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
  body: string | Uint8Array = '',
  { wanted = FOR_DATA, bytes = Buffer.byteLength(body) }: Ending = {},
): void {
  if (response.destroyed || response.headersSent) return;
  const all = replaced(protectionOf(response.req, wanted), headers);
  if (status !== 204) all.push('content-length', String(bytes));
  response.writeHead(status, all);
  endInOnePiece(response, body);
}

/** Names and values in turn: what is said, with those that others give instead of its own, and after it. */
export function replaced(said: readonly string[], by: readonly string[]): string[] {
  const all = said.slice();
  for (let at = 0; at < by.length; at += 2) {
    const [name, value] = [by[at] as string, by[at + 1] as string];
    const found = placeOf(name, said);
    if (found === -1) all.push(name, value);
    else all[found + 1] = value;
  }
  return all;
}

function placeOf(name: string, headers: readonly string[]): number {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return at;
  return -1;
}
