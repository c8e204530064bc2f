/**
 * `npm run simulate -- --seeds 1..10000`: runs simulations by their seeds, on all cores, and says what they found.
 * Exits with 1 when any promise was broken, with 2 when it was not understood.
 */
import { readArguments, USAGE } from './arguments.js';
import { openCampaigns } from './campaign.js';
import { replay, report } from './report.js';
import { simulate } from './simulation.js';

function understood(): ReturnType<typeof readArguments> {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const { seed, trace, mutation, from, to, 'until-found': untilFound } = understood();
if (seed !== undefined) {
  const verdict = await simulate(Number(seed), { mutation, ...(trace && { trace: line => console.log(line) }) });
  console.log(replay(verdict));
  end(verdict.findings.length > 0);
} else {
  const progress = (done: number, failed: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${to - from + 1} seeds, ${failed} failed `);
  };
  const campaigns = openCampaigns();
  const campaign = await campaigns.run({ from, to, mutation, untilFound, progress }).finally(campaigns.close);
  if (process.stderr.isTTY) process.stderr.write('\n');
  console.log(report(campaign, mutation));
  end(campaign.failed.length > 0);
}

/** A pipe takes what was written only as fast as it is read: ending before that would cut the trace off. */
function end(broken: boolean): void {
  process.stdout.write('', () => process.exit(broken ? 1 : 0));
}
