/** What connections to Redis fail of, in words for an operator; and what of it passes by itself. */
import { Failure } from '../../contract/failure.js';

interface Trouble extends Error {
  readonly code?: string;
  /** Only of errors of OpenSSL's. */
  readonly library?: string;
  readonly reason?: string;
}

/** A failed attempt at several addresses of one name has its reasons inside, and no message; OpenSSL's has lines of code. */
export function describe({ library, reason, message, code, name }: Trouble): string {
  return (library && reason) || message || code || name;
}

/** Answers of a server that works and will do it later; any other error that it answers is a defect of ours. */
const PASSING =
  /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM)\b|a non local key/;

/** What `work` gives; trouble that passes by itself rejects with Failure `unavailable`, its cause kept. */
export async function orUnavailable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError' && !PASSING.test(error.message)) throw error;
    throw new Failure('unavailable', 'a service that this needs is away', { cause: error });
  }
}
