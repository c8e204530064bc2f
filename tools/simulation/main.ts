/**
 * `npm run simulate -- --seeds 1..10000`: runs simulations by their seeds, on all cores, and says what they found.
 * Exits with 1 when any promise was broken, with 2 when it was not understood.
 */
import { parseArgs } from 'node:util';
import { openCampaigns } from './campaign.js';
import { MUTATIONS, type MutationName } from './mutations.js';
import { replay, report } from './report.js';
import { simulate } from './simulation.js';

const USAGE = `usage: npm run simulate -- [--seeds FROM..TO] [--mutation NAME] [--until-found]
       npm run simulate -- --seed N [--trace] [--mutation NAME]
mutations:
${Object.entries(MUTATIONS)
  .map(([name, { what }]) => `  ${name.padEnd(22)} ${what}`)
  .join('\n')}`;

function read() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1..1000' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      mutation: { type: 'string', default: 'none' },
      'until-found': { type: 'boolean', default: false },
    },
  });
  const [, from = '', to = ''] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(values.seeds) ?? [];
  if (values.seed === undefined && (from === '' || Number(from) > Number(to)))
    throw new Error('--seeds wants FROM..TO');
  if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) throw new Error('--seed wants a number');
  if (!Object.hasOwn(MUTATIONS, values.mutation)) throw new Error(`there is no mutation ${values.mutation}`);
  return { ...values, from: Number(from), to: Number(to), mutation: values.mutation as MutationName };
}

function understood(): ReturnType<typeof read> {
  try {
    return read();
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
