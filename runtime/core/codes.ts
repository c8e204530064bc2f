/**
 * The one table from failure codes to what each kind of client is told, and the two shapes in which they are told:
 * problem details for HTTP (RFC 9457) and the error of a socket's acknowledgement.
 */
import { STATUS_CODES } from 'node:http';
import type { Code, Failure, FieldError } from '../contract/failure.js';

/** The codes that a socket's client can meet; `unsupported` has no meaning there. */
type SocketCode = Exclude<Code, 'unsupported'>;

interface CodeMapping {
  /** Status of a REST answer. */
  readonly http: number;
  /** Status of the answer to a CloudEvent: senders give up on 422, and try again on the others. */
  readonly event: number;
  readonly socket: SocketCode;
  readonly queue: 'dead' | 'retry';
}

export const CODES: Readonly<Record<Code, CodeMapping>> = {
  invalid: { http: 400, event: 422, socket: 'invalid', queue: 'dead' },
  unauthorized: { http: 401, event: 422, socket: 'unauthorized', queue: 'dead' },
  forbidden: { http: 403, event: 422, socket: 'forbidden', queue: 'dead' },
  not_found: { http: 404, event: 422, socket: 'not_found', queue: 'dead' },
  conflict: { http: 409, event: 422, socket: 'conflict', queue: 'dead' },
  too_large: { http: 413, event: 422, socket: 'too_large', queue: 'dead' },
  unsupported: { http: 415, event: 422, socket: 'invalid', queue: 'dead' },
  rate_limited: { http: 429, event: 429, socket: 'rate_limited', queue: 'retry' },
  unavailable: { http: 503, event: 503, socket: 'unavailable', queue: 'retry' },
  internal: { http: 500, event: 500, socket: 'internal', queue: 'retry' },
};

/** Whether the same again can never succeed. */
export const isFinal = (failure: Failure): boolean => CODES[failure.code].queue === 'dead';

/** https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** As in the acknowledgement of a socket's event. */
  readonly code: SocketCode;
  /** A sentence that may be shown to a person. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** What there is now instead. */
  readonly current?: unknown;
}

/** `about:blank` says that the status alone names the kind of problem; the title is then the status's own phrase. */
export function problem(failure: Failure, status: number = CODES[failure.code].http): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: CODES[failure.code].socket,
    detail: failure.message,
    ...(failure.errors && { errors: failure.errors }),
    ...(failure.current !== undefined && { current: failure.current }),
  };
}

/** For failures that pass by themselves and do not say when. */
const RETRY_AFTER_MS = 1_000;

/** When to try again, in milliseconds; undefined when trying again is not what to do. */
function retryAfterMs({ code, retryAfterMs }: Failure): number | undefined {
  return retryAfterMs ?? (code === 'rate_limited' || code === 'unavailable' ? RETRY_AFTER_MS : undefined);
}

/** The `Retry-After` of a failure, in whole seconds, at least 1; undefined when trying again is not what to do. */
export function retryAfterSeconds(failure: Failure): number | undefined {
  const ms = retryAfterMs(failure);
  return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / 1000));
}

export interface SocketError {
  readonly code: SocketCode;
  readonly message: string;
  readonly errors?: readonly FieldError[];
  readonly current?: unknown;
  readonly retryAfterMs?: number;
}

export function socketError(failure: Failure): SocketError {
  const ms = retryAfterMs(failure);
  return {
    code: CODES[failure.code].socket,
    message: failure.message,
    ...(failure.errors && { errors: failure.errors }),
    ...(failure.current !== undefined && { current: failure.current }),
    ...(ms !== undefined && { retryAfterMs: ms }),
  };
}
