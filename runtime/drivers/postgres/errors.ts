/**
 * Sorts what PostgreSQL and the way to it can go wrong into the failures of the port `Sql`, and takes out of errors
 * whatever they carry of the values that were sent.
 */
import { Failure } from '../../contract/failure.js';

/** SQLSTATE, Appendix A of PostgreSQL's manual: trouble that passes by itself, or that a new connection cures. */
const LOST = [
  /^08/, // connection exceptions
  /^57P/, // the server is stopping, starting, or ended this session
  /^25006$/, // this server became a read-only standby
  /^26000$/, // somebody on the way forgot our prepared statements
];
const PASSING = [
  /^40/, // deadlock, serialization failure
  /^53/, // out of connections, memory or disk
  /^55P03$/, // waited too long for a lock
  /^57014$/, // statement timeout
  /^58/, // trouble of the operating system
];

interface PostgresError extends Error {
  code?: string;
  constraint?: string;
}

/** What pg and its pool say without a code. */
const LOST_MESSAGE =
  /^Connection terminated|^Query read timeout|is not queryable|lost connection|^timeout (exceeded|expired)/;

/** Whether the connection is to be thrown away: it is broken, or it is not known what its server is still doing. */
export function breaksConnection(error: unknown): boolean {
  if (error instanceof Failure) return breaksConnection(error.cause);
  if (!(error instanceof Error)) return false;
  const { code, message } = error as PostgresError;
  if (code === undefined) return LOST_MESSAGE.test(message);
  // No class of SQLSTATEs begins with E, all error codes of Node do.
  if (/^E[A-Z]/.test(code)) return true;
  // After a migration changed a table, a new connection prepares the statement anew.
  if (code === '0A000') return message.startsWith('cached plan');
  return LOST.some(state => state.test(code));
}

/** What the port promises for an error of a statement. */
export function portError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof Failure) return thrown;
  const error = withoutValues(thrown as PostgresError);
  const { code = '' } = error;
  if (code === '23505') return new Failure('conflict', error.constraint ?? 'a unique constraint', { cause: error });
  if (breaksConnection(error) || PASSING.some(state => state.test(code))) return unavailable(error);
  return error;
}

export const unavailable = (cause: unknown) => new Failure('unavailable', 'the database is not available', { cause });

/** What went wrong with a connection, for operators. */
export function reason(error: unknown): string {
  if (error instanceof Failure) return reason(error.cause);
  if (!(error instanceof Error)) return String(error);
  // A name with several addresses fails with an AggregateError that says nothing itself.
  return error.message || (error as PostgresError).code || error.name;
}

/** The driver hangs the statement with its values on its errors, and the server quotes values in the detail. */
function withoutValues(error: PostgresError): PostgresError {
  for (const member of ['query', 'params', 'detail', 'where', 'internalQuery', 'client']) {
    Reflect.deleteProperty(error, member);
  }
  return error;
}
