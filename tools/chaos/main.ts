/**
 * `npm run chaos -- --seconds 60 --seed 1 --runs 1 --clients 12 --faults all`: breaks a system of its own while people
 * use it, and exits 1 when a promise was broken. Needs redis-server and rabbitmq-server on this machine. What came of it
 * is also in chaos-logs/table.md, and each run's logs beside it. With `--against http://a,http://b` people use the gateways
 * there, which others break meanwhile. `--engines rabbitmq-cluster` has three nodes in place of one RabbitMQ, `postgres-pair` a
 * PostgreSQL with a standby that every commit waits for; `disk` has files on a small disk (as root), `s3` in a bucket of OpenStack
 * Swift.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultsNamed } from './faults/all.js';
import { type Ran, runOnce } from './run.js';
import { ownStage, type Stage, stageElsewhere } from './stage.js';
import { aligned, markdown, totals } from './table.js';
import { ENGINES, type Engine } from './world/world.js';

const LOGS = 'chaos-logs';
const SHOWN = 20;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function number(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: ${text} is not a whole number above 0`);
  return value;
}

function enginesNamed(names: string): readonly Engine[] {
  return names
    .split(',')
    .filter(Boolean)
    .map(name => {
      const engine = ENGINES.find(known => known === name);
      if (!engine) throw new Error(`--engines: there is no ${name}; there are: ${ENGINES.join(', ')}`);
      return engine;
    });
}

function opener(
  against: string | undefined,
  names: string,
  engines: readonly Engine[],
): (folder: string) => Promise<Stage> {
  if (against !== undefined)
    return async () => stageElsewhere(against.split(',').map(url => url.trim().replace(/\/+$/, '')));
  const faults = faultsNamed(names, engines);
  return folder => ownStage(folder, faults, engines);
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1e9)) },
      runs: { type: 'string', default: '1' },
      clients: { type: 'string', default: '12' },
      faults: { type: 'string', default: 'all' },
      engines: { type: 'string', default: '' },
      against: { type: 'string' },
    },
  });
  const [first, runs] = [number('seed', values.seed), number('runs', values.runs)];
  const plan = {
    seconds: number('seconds', values.seconds),
    clients: Math.max(4, number('clients', values.clients)),
    open: opener(values.against, values.faults, enginesNamed(values.engines)),
  };
  const ran: Ran[] = [];
  for (let seed = first; seed < first + runs; seed++) {
    const folder = join(LOGS, String(seed));
    say(`seed ${seed}: ${plan.seconds} s, ${plan.clients} clients, logs in ${folder}`);
    const result = await runOnce({ ...plan, seed, folder, say: line => say(`  ${line}`) });
    ran.push(result);
    const { sent, acknowledged, stored, shown, holes, changes, uploads } = result.counts;
    say(
      `  ${sent} messages sent, ${acknowledged} acknowledged, ${stored} stored, ${shown} times shown, ${changes} changes, ${uploads} uploads`,
    );
    say(`  ${holes} holes in live streams that a jump of the seq showed; ${result.findings.length} findings`);
    for (const finding of result.findings.slice(0, SHOWN)) say(`    ${finding}`);
  }
  const command = `npm run chaos -- --seconds ${plan.seconds} --seed ${first} --runs ${runs} --clients ${plan.clients}`;
  const engines = values.engines && ` --engines ${values.engines}`;
  const where = values.against === undefined ? `--faults ${values.faults}${engines}` : `--against ${values.against}`;
  await writeFile(join(LOGS, 'table.md'), markdown(`${command} ${where}`, ran));
  say(
    `\n${aligned(ran)}\n\n${Object.entries(totals(ran))
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
  return ran.every(({ findings }) => findings.length === 0);
}

// What was started is ended by its pid when this process exits, however it does: a listener for each.
process.setMaxListeners(100);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().then(
  kept => process.exit(kept ? 0 : 1),
  (error: Error) => {
    process.stderr.write(`chaos: ${error.stack}\n${error.cause ?? ''}\n`);
    process.exit(1);
  },
);
