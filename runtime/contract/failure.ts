/**
 * The closed list of ways in which an invocation can fail, and the one error type that carries them.
 * Anything else that a function throws is a defect and counts as `internal`.
 */

/** `final` failures never succeed by trying again with the same input; the others may. */
export const CODES = {
  invalid: { final: true },
  unauthorized: { final: true },
  forbidden: { final: true },
  not_found: { final: true },
  conflict: { final: true },
  too_large: { final: true },
  unsupported: { final: true },
  rate_limited: { final: false },
  unavailable: { final: false },
  internal: { final: false },
} as const;

export type Code = keyof typeof CODES;

/** One fault of one field; `path` is a JSON Pointer into the input (RFC 6901), '' for the whole. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface FailureDetails {
  readonly errors?: readonly FieldError[];
  /** When to try again, in milliseconds from now; only for codes that are not final. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A failure that a caller may see: `message` is written for them and holds no secret. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: Code,
    message: string,
    details: FailureDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.errors = details.errors;
    this.retryAfterMs = details.retryAfterMs;
  }

  get final(): boolean {
    return CODES[this.code].final;
  }

  /** The failure itself, or `internal` (its cause kept for the log) for whatever else was thrown. */
  static from(thrown: unknown): Failure {
    return thrown instanceof Failure ? thrown : new Failure('internal', 'something went wrong', { cause: thrown });
  }
}
