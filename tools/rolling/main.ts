/**
 * `npm run rolling -- --against FOLDER [--seconds 90] [--clients 12] [--seed 1]`: FOLDER is a checkout of an older version,
 * built. Its processes are replaced by those of this build, one by one, and back again, while people talk; exits 1 when a
 * promise was broken, or a message died or was left behind. Servers are those of DSN,
 * REDIS_ADDR and AMQP_URL, or on localhost; logs are in chaos-logs/rolling.
 */
import { parseArgs } from 'node:util';
import { builtIn } from '#support/processes.js';
import { runOnce } from '../chaos/run.js';
import { aligned } from '../chaos/table.js';
import { rollingStage } from './stage.js';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    seconds: { type: 'string', default: '90' },
    clients: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
  },
});
const { against } = values;
if (against === undefined) throw new Error('--against FOLDER is needed: a checkout of an older version, built');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

// What was started is ended by its pid when this process exits, however it does: a listener for each.
process.setMaxListeners(100);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const ran = await runOnce({
  ...{ seed: Number(values.seed), seconds: Number(values.seconds), clients: Number(values.clients), say },
  folder: 'chaos-logs/rolling',
  open: folder => rollingStage(folder, builtIn(against)),
});
const { sent, acknowledged, stored, shown, changes } = ran.counts;
say(`\n${aligned([ran])}\n`);
say(`${sent} messages sent, ${acknowledged} acknowledged, ${stored} stored, ${shown} times shown, ${changes} changes`);
for (const finding of ran.findings) say(`  ${finding}`);
say(`${ran.findings.length} findings`);
process.exit(ran.findings.length === 0 ? 0 : 1);
