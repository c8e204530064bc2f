/** Writes results and failures onto a node:http response: JSON, or problem details, never cached. */
import type { ServerResponse } from 'node:http';
import type { Failure } from '../contract/failure.js';
import type { Result } from '../contract/invoker.js';
import { problem, retryAfterSeconds } from '../core/codes.js';

export const STATUS = { ok: 200, created: 201, accepted: 202 } as const;

type Headers = Record<string, string | number>;

/** Nothing to say is 204, unless the status says more than `ok`: then the status alone is the answer. */
export function answer(response: ServerResponse, { status, reply }: Result): void {
  if (reply !== undefined) end(response, STATUS[status], { 'content-type': 'application/json' }, JSON.stringify(reply));
  else if (status === 'ok') end(response, 204, {});
  else end(response, STATUS[status], { 'content-length': 0 });
}

/** A 401 names the scheme (RFC 9110, 15.5.2); what passes by itself says when to come again. `status` where HTTP's usual one does not fit. */
export function refuse(response: ServerResponse, failure: Failure, status?: number): void {
  const told = problem(failure, status);
  const retryAfter = retryAfterSeconds(failure);
  const headers: Headers = {
    'content-type': 'application/problem+json',
    ...(told.status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  };
  end(response, told.status, headers, JSON.stringify(told));
}

/** Straight to node: Express's own `send` would answer 304 to an `If-None-Match: *` that nobody here promised. */
function end(response: ServerResponse, status: number, headers: Headers, body?: string): void {
  if (response.destroyed || response.headersSent) return;
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { 'cache-control': 'no-store', ...headers, ...length }).end(body);
}
