/**
 * Who should work on what, as everybody who knows the same members finds out alone: rendezvous hashing, in which nobody
 * gets more than an even share. Few things change hands when a member comes or goes.
 * https://en.wikipedia.org/wiki/Rendezvous_hashing
 */
import { createHash } from 'node:crypto';

/** The member for each thing; shares differ by one at most. The order of things and members does not matter. */
export function sharesOf(things: readonly string[], members: readonly string[]): ReadonlyMap<string, string> {
  const even = Math.floor(things.length / members.length);
  let extras = things.length % members.length;
  const taken = new Map<string, number>();
  const shares = new Map<string, string>();
  const bids = things.flatMap(thing => members.map(member => ({ thing, member, weight: weightOf(thing, member) })));
  // The highest bid of all comes first: a thing goes to another only when its favourite has its share.
  for (const { thing, member } of bids.sort((one, other) => other.weight - one.weight)) {
    const has = taken.get(member) ?? 0;
    if (shares.has(thing) || has > even || (has === even && extras === 0)) continue;
    if (has === even) extras--;
    shares.set(thing, member);
    taken.set(member, has + 1);
  }
  return shares;
}

const weightOf = (thing: string, member: string): number =>
  createHash('sha256').update(`${member} ${thing}`).digest().readUIntBE(0, 6);
