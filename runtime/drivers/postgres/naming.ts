/**
 * Under which names statements are prepared. A pooler that pools by transaction gives us other servers all the time, and
 * an old one forgets what was prepared where: after some losses nothing is prepared any more, which works everywhere, and
 * has each statement parsed and planned anew.
 */
import { createHash } from 'node:crypto';
import type { Log } from '../../contract/function.js';

/** So many losses within the time are no accident. */
const LOSSES = 3;
const WITHIN_MS = 10_000;

/** What an operator can do about it. */
export const KEEPING = `a pooler that pools by transaction must keep prepared statements, as PgBouncer does from 1.21 on with \
max_prepared_statements above 0; else pool by session`;

export interface Naming {
  /** What the library takes of a statement. */
  of(statement: string, text: string, values: readonly unknown[]): object;
  /** A statement was not there, or somebody else's was. */
  lost(): void;
  /** Whether nothing is prepared any more. */
  gaveUp(): boolean;
}

export function createNaming(part: string, log: Log): Naming {
  /** With a digest of its text, so that another version's statement of the same name is never taken for ours. */
  const names = new Map<string, { readonly text: string; readonly name: string }>();
  let losses: number[] = [];
  let gaveUp = false;

  function nameOf(statement: string, text: string): string {
    const known = names.get(statement);
    if (known?.text === text) return known.name;
    const name = `${statement}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
    names.set(statement, { text, name });
    return name;
  }

  return {
    of: (statement, text, values) => (gaveUp ? { text, values } : { name: nameOf(statement, text), text, values }),
    lost() {
      const now = performance.now();
      losses = [...losses.filter(at => now - at < WITHIN_MS), now];
      if (gaveUp || losses.length < LOSSES) return;
      gaveUp = true;
      log.warn({ part, cure: KEEPING }, 'prepared statements are lost on the way: from now on none is prepared');
    },
    gaveUp: () => gaveUp,
  };
}
