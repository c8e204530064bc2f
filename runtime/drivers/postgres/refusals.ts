/**
 * The statements that the server refuses although it is there: a right that was revoked, a table that is missing, a disk
 * that is full. Whoever asked waits and asks again; meanwhile the part is down and says what is refused.
 */
import type { Log } from '../../contract/function.js';
import type { PartState } from '../../contract/ports.js';
import { refusal } from './errors.js';

/** Longer than anybody pauses before asking again; what nobody asks for any more says nothing. */
const FORGET_AFTER_MS = 15_000;

interface Refused {
  readonly why: string;
  readonly at: number;
}

export function createRefusals(part: string, log: Log) {
  const refused = new Map<string, Refused>();
  return {
    failed(statement: string, error: unknown): void {
      const why = refusal(error);
      if (why === undefined) return;
      if (!refused.has(statement)) log.warn({ part, statement, reason: why }, 'the database refuses a statement');
      refused.set(statement, { why, at: performance.now() });
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
