/** What a store has and what the table knows, side by side: two lists in one order, each a page of all that there is. */
import type { StoredBlob } from 'function-runtime';
import type { KnownBlob } from '../ports/mediaSweep.js';

export interface Compared {
  /** The store has them, and the table does not know them. */
  readonly unknown: readonly StoredBlob[];
  /** The table knows them, and the store has them not. */
  readonly missing: readonly KnownBlob[];
  /** The table knows them, and no media have them. */
  readonly unused: readonly KnownBlob[];
  /** Up to and with this name both pages are whole; undefined at the end. */
  readonly upto: string | undefined;
}

/** `limit` is what was asked for of each: fewer are the last. */
export function compare(stored: readonly StoredBlob[], known: readonly KnownBlob[], limit: number): Compared {
  const ends = [stored, known].flatMap(page => (page.length < limit ? [] : [page.at(-1)?.name ?? '']));
  const upto = ends.length === 0 ? undefined : ends.reduce((one, other) => (one < other ? one : other));
  const isWithin = ({ name }: { readonly name: string }): boolean => upto === undefined || name <= upto;
  const inStore = new Set(stored.map(({ name }) => name));
  const inTable = new Set(known.map(({ name }) => name));
  const wanted = known.filter(isWithin);
  return {
    unknown: stored.filter(each => isWithin(each) && !inTable.has(each.name)),
    missing: wanted.filter(({ name }) => !inStore.has(name)),
    unused: wanted.filter(({ isUsed }) => !isUsed),
    upto,
  };
}
