/**
 * The closed list of ways in which an invocation can fail, and the one error type that carries them.
 * Anything else that a function throws is a defect and counts as `internal`.
 */

/**
 * The ways in which an invocation can fail. What each means for HTTP, sockets and queues, and whether to try again,
 * stands
 * in the runtime's one table: of queue items `rate_limited`, `unavailable` and `internal` are tried again.
 *
 * @example
 * const code: Code = 'not_found'; // HTTP 404; off a queue: dead, since the same again cannot succeed
 */
export type Code =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'rate_limited'
  | 'unavailable'
  | 'internal';

/**
 * One fault of one field; `path` is a JSON Pointer into the input (RFC 6901), '' for the whole.
 *
 * @example
 * const fault: FieldError = { path: '/members/0/userId', message: 'is required' };
 */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/**
 * A field as people are told of it; a JSON Pointer is for programs.
 *
 * @example
 * fieldName('/members/0/userId'); // 'members.0.userId'
 */
export const fieldName = (path: string): string =>
  path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');

/**
 * What a failure says besides its code and message.
 *
 * @example
 * const details: FailureDetails = { retryAfterMs: 5_000 };
 */
export interface FailureDetails {
  readonly errors?: readonly FieldError[];
  /** When to try again, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** What there is now instead, for a caller who may see it: a JSON value. */
  readonly current?: unknown;
  readonly cause?: unknown;
}

/**
 * A failure that a caller may see: `message` is written for them and holds no secret.
 *
 * @example
 * throw new Failure('conflict', 'this name is taken', { errors: [{ path: '/name', message: 'is taken' }] });
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly current: unknown;

  constructor(
    readonly code: Code,
    message: string,
    details: FailureDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.errors = details.errors;
    this.retryAfterMs = details.retryAfterMs;
    this.current = details.current;
  }

  /** The failure itself, or `internal` (its cause kept for the log) for whatever else was thrown. */
  static from(thrown: unknown): Failure {
    return thrown instanceof Failure ? thrown : new Failure('internal', 'something went wrong', { cause: thrown });
  }
}
