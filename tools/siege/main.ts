/**
 * `npm run siege -- [--only NAME,…] [--against FOLDER] [--memory 512]`: what strangers and people who do not read make
 * `all` hold in memory, each in a process of its own. FOLDER is another checkout, built. Exits 1 when one of them ends it.
 */
import { parseArgs } from 'node:util';
import { inProcess } from '../bench/load/worker.js';
import type { Orders } from './assailant.js';
import { ASSAULTS } from './assaults.js';
import { standBy } from './bystander.js';
import { startVictim } from './victim.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(ASSAULTS).join(',') },
    against: { type: 'string' },
    memory: { type: 'string', default: '512' },
  },
});

const ASSAILANT = new URL('assailant.js', import.meta.url);
const HEAD = ['siege', 'before', 'peak', 'ended', 'bystander p50', 'worst', 'unanswered', 'let in', 'what came of it'];
const row = (cells: readonly unknown[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
const ms = (time: number | undefined): string => (time === undefined ? '-' : `${Math.round(time)} ms`);

process.stdout.write(`${values.against ?? 'this build'}, ${values.memory} MiB\n\n`);
row(HEAD);
row(HEAD.map(() => '---'));
for (const assault of values.only.split(',')) {
  const title = ASSAULTS[assault]?.title;
  if (title === undefined) throw new Error(`no ${assault}; there are ${Object.keys(ASSAULTS).join(', ')}`);
  const victim = await startVictim(values.against, Number(values.memory));
  try {
    const before = victim.memory();
    victim.peak();
    const { port, chatId, reader, bystander } = victim;
    const leave = standBy(bystander);
    const orders: Orders = { assault, port, chatId, token: reader.accessToken };
    const came = await inProcess<Orders, string>(ASSAILANT, orders).catch(
      ({ message }: Error) => message.split('\n')[0],
    );
    const { ms: times, unanswered, letIn } = await leave();
    const ended = victim.ended();
    if (ended !== undefined) process.exitCode = 1;
    const told = [ms(times[times.length >> 1]), ms(times.at(-1)), unanswered, letIn ? 'yes' : 'no', came];
    row([title, `${before} MiB`, `${victim.peak()} MiB`, ended ?? 'no', ...told]);
  } finally {
    await victim.stop();
  }
}
process.exit();
