/**
 * The statements that the server refuses although it is there: a right that was revoked, a table that is missing, a disk
 * that is full. Whoever asked waits and asks again; meanwhile the part is down and says what is refused.
 */
import type { Log } from '../../contract/function.js';
import type { PartState } from '../../contract/ports.js';
import { losesStatements, refusal } from './errors.js';

/** Longer than anybody pauses before asking again; what nobody asks for any more says nothing. */
const FORGET_AFTER_MS = 15_000;

interface Refused {
  readonly why: string;
  readonly at: number;
}

/** Which statement it is next is chance, so one that is carried out does not mean that this is over. */
const PREPARED = 'a prepared statement';
const KEEPING = `a pooler that pools by transaction must keep prepared statements, as PgBouncer does from 1.21 on with \
max_prepared_statements above 0; else pool by session`;

export function createRefusals(part: string, log: Log) {
  const refused = new Map<string, Refused>();
  return {
    failed(statement: string, error: unknown): void {
      const said = refusal(error);
      if (said === undefined) return;
      const lost = losesStatements(error);
      const [what, why] = lost ? [PREPARED, `${said}: ${KEEPING}`] : [statement, said];
      if (!refused.has(what)) log.warn({ part, statement, reason: why }, 'the database refuses a statement');
      refused.set(what, { why, at: performance.now() });
    },

    carriedOut(statement: string): void {
      if (refused.size > 0 && refused.delete(statement)) log.info({ part, statement }, 'the database takes it again');
    },

    state(): PartState {
      for (const [statement, { why, at }] of refused) {
        if (performance.now() - at < FORGET_AFTER_MS) return { down: `${statement} is refused: ${why}` };
        refused.delete(statement);
      }
      return 'up';
    },
  };
}
