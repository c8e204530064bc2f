/**
 * Takes away what uploads have left: those whose media are gone, and those that were taken over and stayed because whoever did
 * so died in between. Media that have been gone for a day are forgotten once nothing of them is left.
 */
import { single } from '../define.js';
import { isId } from '../domain/id.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

const DAY_MS = 24 * 3_600_000;
const AT_ONCE = 200;
const WAY = 'uploads';

export const sweepUploads = single({
  name: 'sweepUploads',
  access: 'internal',
  needs: ['mediaSweep', 'uploads'],
  summary:
    'Removes what is left of uploads that ended or were given up, and forgets media that have been gone for a day.',
  input: strictObject({}),
  async handle({ ports: { mediaSweep, uploads }, now }) {
    const ended = await mediaSweep.ended(isoTime(now - DAY_MS), AT_ONCE);
    for (const id of ended) await uploads.remove(id);
    await mediaSweep.forget(ended);

    const place = await mediaSweep.place(WAY);
    const names = await uploads.list(place === '' ? undefined : place, AT_ONCE);
    for (const name of await mediaSweep.withoutUpload(names.filter(isId))) await uploads.remove(name);
    await mediaSweep.moveOn(WAY, place, names.length < AT_ONCE ? '' : (names.at(-1) ?? ''));
    return {};
  },
});
