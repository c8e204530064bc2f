/**
 * Sorts what PostgreSQL and the way to it can go wrong into the failures of the port `Sql`, and takes out of errors
 * whatever they carry of the values that were sent. Goes by SQLSTATE alone (Appendix A of PostgreSQL's manual): texts are
 * translated by servers and reworded by libraries.
 */
import { Failure } from '../../contract/failure.js';

/** What only a new connection cures. */
const LOST = [
  /^08/, // connection exceptions
  /^57P/, // the server is stopping, starting, or ended this session
  /^25006$/, // this server became a read-only standby
  /^26000$/, // somebody on the way forgot our prepared statements
  /^42P05$/, // or lets us see somebody else's
  /^0A000$/, // after a migration changed a table, a new connection prepares the statement anew
];
/** Passes while the server is well: nobody has to be told. */
const PASSING = [
  /^08/,
  /^40/, // deadlock, serialization failure
  /^55P03$/, // waited too long for a lock
  /^57/, // statement timeout, or as above
];
/** Data exceptions and violated constraints: the values are at fault, and would be again. */
const OF_VALUES = /^2[23]/;

interface PostgresError extends Error {
  code?: string;
  constraint?: string;
  /** Where in the server's source it was raised; never translated. */
  routine?: string;
}

/** Five digits and capitals. None begins with E, as the codes of Node do that are as long. */
const SQLSTATE = /^[0-9A-DF-Z][0-9A-Z]{4}$/;

/** What the server answered; undefined for what happened on this side or on the way. */
const stateOf = ({ code }: PostgresError): string | undefined =>
  code !== undefined && SQLSTATE.test(code) ? code : undefined;

/** A defect of ours: nothing was sent. */
const isDefect = (error: Error): boolean => error instanceof TypeError || error instanceof RangeError;

/** Whether the connection is to be thrown away: it is broken, or it is not known what its server is still doing. */
export function breaksConnection(error: unknown): boolean {
  if (error instanceof Failure) return breaksConnection(error.cause);
  if (!(error instanceof Error) || isDefect(error)) return false;
  const state = stateOf(error);
  return state === undefined || LOST.some(lost => lost.test(state));
}

/** What the port promises for an error of a statement: only where the values are at fault, trying again is no use. */
export function portError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof Failure || isDefect(thrown)) return thrown;
  const error = withoutValues(thrown as PostgresError);
  const state = stateOf(error);
  if (state === '23505') return new Failure('conflict', error.constraint ?? 'a unique constraint', { cause: error });
  return state !== undefined && OF_VALUES.test(state) ? error : unavailable(error);
}

/** Why a server that is there does not do what it is asked, until somebody changes that; undefined for anything else. */
export function refusal(error: unknown): string | undefined {
  if (error instanceof Failure) return refusal(error.cause);
  if (!(error instanceof Error)) return undefined;
  const state = stateOf(error);
  if (state === undefined || OF_VALUES.test(state) || PASSING.some(passing => passing.test(state))) return undefined;
  if ((error as PostgresError).routine === 'RevalidateCachedQuery') return undefined;
  return `${error.message} (${state})`;
}

/** Why the server turned this user away: a wrong password, a missing right, no such database. Undefined for anything else. */
export function turnsAway(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const state = stateOf(error);
  return state !== undefined && /^(28|3D|42501)/.test(state) ? `${error.message} (${state})` : undefined;
}

/** Whether the same may well succeed later, with nobody changing anything but the server's own state. */
export function passesByItself(error: unknown): boolean {
  if (!(error instanceof Error) || isDefect(error)) return false;
  const state = stateOf(error);
  return state === undefined || /^5[38]/.test(state) || [...LOST, ...PASSING].some(each => each.test(state));
}

export const unavailable = (cause: unknown) => new Failure('unavailable', 'the database is not available', { cause });

/** What went wrong with a connection, for operators. */
export function reason(error: unknown): string {
  if (error instanceof Failure) return reason(error.cause);
  if (!(error instanceof Error)) return String(error);
  // A name with several addresses fails with an AggregateError that says nothing itself.
  const said = error.message || (error as PostgresError).code || error.name;
  return stateOf(error) === '08P01' ? `${said}: ${IGNORING}` : said;
}

/** Only a pooler refuses the parameters that a connection begins with: the server knows them all. */
const IGNORING = `where a pooler such as PgBouncer says so, set its ignore_startup_parameters = \
options,extra_float_digits,statement_timeout,lock_timeout,idle_in_transaction_session_timeout`;

/** Whether somebody on the way gives us other servers from one transaction to the next, and our statements do not follow. */
export const losesStatements = (error: unknown): boolean => {
  if (error instanceof Failure) return losesStatements(error.cause);
  return error instanceof Error && /^(26000|42P05)$/.test(stateOf(error) ?? '');
};

/** The driver hangs the statement with its values on its errors, and the server quotes values in the detail. */
function withoutValues(error: PostgresError): PostgresError {
  for (const member of ['query', 'params', 'detail', 'where', 'internalQuery', 'client']) {
    Reflect.deleteProperty(error, member);
  }
  return error;
}
