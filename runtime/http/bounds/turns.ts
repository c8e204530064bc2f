/** Shares out what is being answered: so much of one user at a time, so much of all; the rest waits, a user's in its order. */
import { type Places, places } from '../../core/places.js';
import type { Share } from './shares.js';

export type Turns = <Value>(owner: string, work: () => Promise<Value>) => Promise<Value>;

export function turns({ each, all }: Share): Turns {
  const owners = new Map<string, { readonly places: Places; using: number }>();
  const together = places(all);
  return async (owner, work) => {
    const theirs = owners.get(owner) ?? { places: places(each), using: 0 };
    owners.set(owner, theirs);
    theirs.using += 1;
    const own = theirs.places.take();
    if (own) await own;
    const common = together.take();
    if (common) await common;
    try {
      return await work();
    } finally {
      together.give();
      theirs.places.give();
      theirs.using -= 1;
      if (theirs.using === 0) owners.delete(owner);
    }
  };
}
