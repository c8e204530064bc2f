/** Shares out what is being answered: so much of one user at a time, so much of all; the rest waits, a user's in its order. */
import { limit } from '../../drivers/limit.js';
import type { Share } from './shares.js';

export type Turns = <Value>(owner: string, work: () => Promise<Value>) => Promise<Value>;

export function turns({ each, all }: Share): Turns {
  const owners = new Map<string, { readonly run: ReturnType<typeof limit>; using: number }>();
  const together = limit(all);
  return async (owner, work) => {
    const theirs = owners.get(owner) ?? { run: limit(each), using: 0 };
    owners.set(owner, theirs);
    theirs.using += 1;
    try {
      return await theirs.run(() => together(work));
    } finally {
      theirs.using -= 1;
      if (theirs.using === 0) owners.delete(owner);
    }
  };
}
