/** What the package answers, and throws, in the runtime's words. Its headers for pages of other origins are not ours to give. */
import { Failure } from '../../contract/failure.js';
import type { RawResponse } from '../../contract/raw.js';
import { problem } from '../../core/codes.js';
import { Locked } from './lease.js';

/** The rest is refused by a code, with the code's own status. */
const OTHER_STATUSES = new Map([
  [410, 'not_found'],
  [412, 'invalid'],
  [423, 'conflict'],
  [460, 'conflict'],
] as const);
type Other = typeof OTHER_STATUSES extends Map<infer Status, unknown> ? Status : never;

export function refused(status: Other, message: string, headers: Readonly<Record<string, string>> = {}): RawResponse {
  const failure = new Failure(OTHER_STATUSES.get(status) ?? 'invalid', message);
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(problem(failure, status)),
  };
}

const CODES = new Map([
  [400, 'invalid'],
  [403, 'invalid'],
  [404, 'not_found'],
  [409, 'conflict'],
  [413, 'too_large'],
] as const);

/** Throws the Failure that it is, but for statuses that no failure has. `thrown` is what the package met. */
export function answered(response: Response, text: string, thrown: unknown): RawResponse {
  const { status } = response;
  if (status < 400) {
    const headers: Record<string, string> = {};
    for (const [name, value] of response.headers) if (!OURS.test(name)) headers[name] = value;
    return { status, headers };
  }
  if (thrown instanceof Failure) throw thrown;
  if (thrown instanceof Locked) return refused(423, thrown.message);
  const message = text.trim().replace(/\.$/, '') || 'the upload is refused';
  if (OTHER_STATUSES.has(status as Other)) return refused(status as Other, message);
  const code = CODES.get(status as 400);
  if (code) throw new Failure(code, message, wordsOf(message));
  throw storeFailure(thrown);
}

const OURS = /^(?:access-control-.*|connection|content-length|content-type|tus-resumable)$/;

/** The package names the header that is wrong, and nothing else. */
function wordsOf(message: string): { errors?: { path: string; message: string }[] } {
  const header = /\b(upload-(?:offset|length|defer-length|metadata)|content-type)\b/i.exec(message)?.[1];
  return header === undefined ? {} : { errors: [{ path: `/${header}`, message }] };
}

/** Of file systems that are full, read-only or broken, and of servers that are away. */
const PASSING = new Set(
  'ENOSPC EDQUOT EIO EROFS EMFILE ENFILE ESTALE ECONNREFUSED ECONNRESET ETIMEDOUT ENOTFOUND EAI_AGAIN EPIPE'.split(' '),
);

export function storeFailure(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const { code, status_code: status, $metadata: ofAws } = (cause ?? {}) as Partial<Record<string, unknown>>;
  // The package's file store says of any fault of a file that it could not be received.
  const passes = PASSING.has(String(code)) || ofAws !== undefined || (status === 500 && !(cause instanceof Error));
  if (passes) return new Failure('unavailable', 'files cannot be stored right now', { retryAfterMs: 5_000, cause });
  return new Failure('internal', 'something went wrong', { cause });
}
