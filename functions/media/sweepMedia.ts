/**
 * Takes away what nobody wants any more. Media that nothing has named for a day are gone; those that are gone lose their bytes;
 * bytes that nobody has any more are removed from the store. Each step begins with what the one before it has written down, so
 * that a tick that dies is made up for by the next one, of any replica.
 */
import { single } from '../define.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

const DAY_MS = 24 * 3_600_000;
/** In one transaction, or one after the other in the store. */
const AT_ONCE = 200;
/** Of each step in a tick. */
const ROUNDS = 50;

export const sweepMedia = single({
  name: 'sweepMedia',
  access: 'internal',
  needs: ['mediaSweep', 'blobs'],
  summary: 'Lets media go that nothing has named for a day, and removes the bytes of those that have gone.',
  input: strictObject({}),
  async handle({ ports: { mediaSweep, blobs }, now, log }) {
    const yesterday = isoTime(now - DAY_MS);
    await inRounds(() => mediaSweep.lapse(yesterday, isoTime(now), AT_ONCE));
    await inRounds(() => mediaSweep.release(AT_ONCE));
    await inRounds(async () => {
      const names = await mediaSweep.dropped(AT_ONCE);
      for (const name of names) await blobs.remove(name);
      await mediaSweep.removed(names);
      if (names.length > 0) log.info({ count: names.length }, 'bytes that nobody has any more are removed');
      return names.length;
    });
    return {};
  },
});

/** Until there is less than a round of it. */
async function inRounds(step: () => Promise<number>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) if ((await step()) < AT_ONCE) return;
}
