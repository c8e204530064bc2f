/**
 * People who write to each other at a fixed rate, at a gateway through which twenty files come and twenty go meanwhile, or none.
 * Of the gateway's memory the growth counts, from when it has talked and moved one file until all are through.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Side } from '../bench-case.js';
import { residentKb } from '../measure/cpu.js';
import { populate, type Talk, talkAt } from './chat.js';
import { curl, filesAt, get, roomIn } from './files.js';
import { ONE_OF_EACH, watchedOf } from './fleet.js';

const TALK: Talk = { chats: 50, members: 2, inFlight: 0, rate: 200 };
const EACH_WAY = 20;
const GIB = 2 ** 30;
const EVERY_MS = 250;
const WARM_S = 8;
/** Parts of the time in which the files move, of which the most is told. */
const PARTS = 5;

const besideFiles = (name: string, files: number): Side => ({
  name,
  async open(stage) {
    const kept = await mkdtemp(join(tmpdir(), 'bench-media-'));
    const lease = await stage.fleet(ONE_OF_EACH, undefined, roomIn(kept));
    if ('missing' in lease) return lease;
    const { deployment, gateways } = lease;
    const place = { ...(await populate(deployment, TALK)), gateways, watched: watchedOf(deployment) };
    const { pid, url } = deployment.one('gateway');
    const { keep, put } = filesAt(url, place.everybody[0]?.token ?? '');
    const talk = (seconds: number) => talkAt(place, TALK, { warmS: 1, seconds }, stage.options.client);
    // Its code is compiled by then, and its heap as large as talk makes it.
    await talk(WARM_S);

    return {
      async round({ seconds, scale }) {
        const size = Math.round(GIB * scale);
        const file = join(kept, 'sparse');
        const sparse = await open(file, 'w');
        await sparse.truncate(size);
        await sparse.close();
        const kind = await keep(file, size);
        const puts = await Promise.all(Array.from({ length: files }, () => put(file, size)));
        const before = residentKb(pid);
        const samples: number[] = [];
        const watch = setInterval(() => samples.push((residentKb(pid) - before) / 1_000), EVERY_MS);
        const moved = Promise.all([...puts.map(curl), ...puts.map(() => get(kind))]);
        try {
          // Whatever fails is told by the one that is waited for.
          moved.catch(() => {});
          const { values, ...figures } = await talk(seconds);
          await moved;
          const { 'ack p50 ms': p50 = Number.NaN, 'ack p99 ms': p99 = Number.NaN } = values;
          const curve = Array.from({ length: PARTS }, (_, part) => [
            `MB more in part ${part + 1} of ${PARTS}`,
            Math.max(...samples.slice((part * samples.length) / PARTS, ((part + 1) * samples.length) / PARTS + 1)),
          ]);
          const grown = { 'MB more at most': Math.max(...samples), ...Object.fromEntries(curve) };
          return { ...figures, values: { 'ack p99 ms': p99, 'ack p50 ms': p50, ...grown } };
        } finally {
          clearInterval(watch);
        }
      },
      async close() {
        await lease.close();
        await rm(kept, { recursive: true });
      },
    };
  },
});

export const filesAndMessages: Side = besideFiles('with files', EACH_WAY);
export const messagesAlone: Side = besideFiles('without', 0);
