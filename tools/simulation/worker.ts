/** One process of a campaign: simulates stretches of seeds, one after the other, until it is let go. */
import type { Stretch } from './campaign.js';
import { simulate, type Verdict } from './simulation.js';

process.on('message', async ({ from, to, mutation }: Stretch) => {
  const verdicts: Verdict[] = [];
  for (let seed = from; seed <= to; seed++) verdicts.push(await simulate(seed, { mutation }));
  process.send?.(verdicts);
});
process.on('disconnect', () => process.exit());
