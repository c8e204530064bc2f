/** Writes results and failures onto a node:http response: JSON, or problem details, never cached, never framed. */
import type { ServerResponse } from 'node:http';
import type { Failure } from '../contract/failure.js';
import type { Result } from '../contract/invoker.js';
import { problem, retryAfterSeconds } from '../core/codes.js';
import { protection } from './security-headers.js';

export const STATUS = { ok: 200, created: 201, accepted: 202 } as const;

const JSON_TYPE = ['content-type', 'application/json'];

/**
 * Nothing to say is 204, unless the status says more than `ok`: then the status alone is the answer. `hold` hears how
 * many bytes it has before they are written, and throws where that are too many.
 */
export function answer(response: ServerResponse, { status, reply }: Result, hold: (bytes: number) => void): void {
  if (reply !== undefined) {
    const text = JSON.stringify(reply);
    hold(Buffer.byteLength(text));
    end(response, STATUS[status], JSON_TYPE, text);
  } else end(response, status === 'ok' ? 204 : STATUS[status], []);
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

/** `headers` are names and values in turn. All that an answer says is written at once. */
export function end(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
  body: string | Uint8Array = '',
): void {
  if (response.destroyed || response.headersSent) return;
  const all = [...protection(response.req), ...headers];
  if (status !== 204) all.push('content-length', String(Buffer.byteLength(body)));
  response.writeHead(status, all).end(body);
}
