/** One thread of a campaign: simulates stretches of seeds, one after the other. */
import { parentPort } from 'node:worker_threads';
import type { Stretch } from './campaign.js';
import { simulate, type Verdict } from './simulation.js';

parentPort?.on('message', async ({ from, to, mutation }: Stretch) => {
  const verdicts: Verdict[] = [];
  for (let seed = from; seed <= to; seed++) verdicts.push(await simulate(seed, { mutation }));
  parentPort?.postMessage(verdicts);
});
