/**
 * Holds the store of bytes against the table, both ways, a page at a time from where the last tick ended: bytes that the table
 * does not know are dropped when they are old enough to be nobody's who is about to enter them, bytes that no media have are
 * dropped, and bytes that the store has lost are told of. Media are gone through the same way, for those that lost their last
 * name without noticing.
 */
import { single } from '../define.js';
import { compare } from '../domain/compared.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAGE = 1_000;
/** In a tick. */
const PAGES = 10;

export const compareBlobs = single({
  name: 'compareBlobs',
  access: 'internal',
  needs: ['mediaSweep', 'blobs'],
  summary:
    'Compares stored bytes with what is known of them, removes those that nobody has, and tells of those that are missing.',
  input: strictObject({}),
  async handle({ ports: { mediaSweep, blobs }, now, log }) {
    await pageByPage('blobs', async after => {
      // First the store: what is entered meanwhile is young, and what is dropped meanwhile is only dropped again.
      const stored = await blobs.list(after === '' ? undefined : after, PAGE);
      const known = await mediaSweep.known(after, PAGE);
      const { unknown, missing, unused, upto } = compare(stored, known, PAGE);
      const old = unknown.filter(({ storedAt }) => storedAt < now - 6 * HOUR_MS);
      await mediaSweep.dropUnknown(old.map(({ name }) => name));
      await mediaSweep.drop(unused.map(({ sha256 }) => sha256));
      const lost = missing.filter(({ storedAt }) => storedAt < now - HOUR_MS).map(({ name }) => name);
      if (lost.length > 0) log.error({ count: lost.length, first: lost[0] }, 'bytes are missing in the store');
      if (upto === undefined) await blobs.discard(now - DAY_MS);
      return upto;
    });
    await pageByPage('media', after => mediaSweep.lapseAfter(after, isoTime(now - DAY_MS), isoTime(now), PAGE));
    return {};

    /** To the end at most: what is after it is for the next tick. */
    async function pageByPage(way: string, step: (after: string) => Promise<string | undefined>): Promise<void> {
      for (let pages = 0; pages < PAGES; pages += 1) {
        const after = await mediaSweep.place(way);
        const upto = await step(after);
        await mediaSweep.moveOn(way, after, upto ?? '');
        if (upto === undefined) return;
      }
    }
  },
});
