/** How a call fails, over HTTP and over the socket alike: with a code of the contract's closed list. */

const ALL = [
  'invalid',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'rate_limited',
  'too_large',
  'unavailable',
  'internal',
] as const;
export type Code = (typeof ALL)[number];

export const isCode = (value: unknown): value is Code => ALL.some(code => code === value);

export interface FieldError {
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

interface Details {
  readonly errors?: readonly FieldError[];
  readonly retryAfterMs?: number;
}

/** The server said no; or it could not be reached or did not answer in time, which is `unavailable`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: Code,
    message: string,
    readonly details: Details = {},
  ) {
    super(message);
  }

  /** Whether the same again may succeed later. */
  get passes(): boolean {
    return this.code === 'unavailable' || this.code === 'rate_limited' || this.code === 'internal';
  }

  static from(thrown: unknown): Refusal {
    if (thrown instanceof Refusal) return thrown;
    return new Refusal('unavailable', thrown instanceof Error ? thrown.message : 'something went wrong');
  }
}

const CODES: Readonly<Record<number, Code>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  415: 'invalid',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

export const codeOf = (status: number): Code => CODES[status] ?? (status < 500 ? 'invalid' : 'internal');
