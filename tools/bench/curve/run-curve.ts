/** Throughput against latency up to saturation: ours and the peer at rising rates, as figures and as a picture. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine } from '../measure/machine.js';
import { progress } from '../progress.js';
import { figure } from '../report/numbers.js';
import { chatSide, type Talk } from '../sides/chat.js';
import { ejabberdSide } from '../sides/ejabberd.js';
import type { Stage } from '../stage.js';
import { type Climbed, climb, keepsUp } from './ladder.js';
import { picture } from './picture.js';

const RATES = [
  250, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_500, 6_000, 8_000, 10_000, 12_000, 14_000, 16_000, 20_000,
];
const QUICK_RATES = [500, 2_000, 6_000];
const TITLE = '50 pairs talk: latency against throughput, up to saturation';

const talk = (rate: number): Talk => ({ chats: 50, members: 2, inFlight: 0, rate });

/** Answers whether nothing was wrong or lost. */
export async function runCurve(stage: Stage, command: string): Promise<boolean> {
  const { ejabberd, length, node, out, quick } = stage.options;
  const rates = quick ? QUICK_RATES : RATES;
  const climbers = [
    { name: 'ours', at: (rate: number) => chatSide(talk(rate)) },
    ...(ejabberd === undefined ? [] : [{ name: 'ejabberd', at: (rate: number) => ejabberdSide(talk(rate)) }]),
  ];
  const bar = progress(climbers.length * rates.length);
  let done = 0;
  const climbed = await climb(climbers, rates, stage, length, next => bar.show(done++, next));
  bar.clear();
  process.stdout.write(`${climbed.flatMap(textOf).join('\n')}\n`);
  await mkdir(out, { recursive: true });
  const found = { command, date: new Date().toISOString(), machine: machine(node, stage.versions), climbed };
  await writeFile(join(out, 'curve.json'), JSON.stringify(found, null, 2));
  const shown = climbed.filter(({ rungs }) => rungs.length > 0);
  await writeFile(join(out, 'curve.svg'), picture(shown, TITLE));
  process.stdout.write(`\nwritten to ${join(out, 'curve.json')} and ${join(out, 'curve.svg')}\n`);
  return climbed.every(({ failure }) => failure === undefined);
}

function textOf({ name, rungs, missing, failure }: Climbed): string[] {
  const lines = rungs.map(rung => {
    const { values, cpu, rate } = rung;
    const value = (of: string) => figure(values[of]!);
    const server = Object.entries(cpu).map(([process, us]) => `${process} ${figure(us)}`);
    return [
      `  ${`${rate}/s`.padEnd(9)}${`${value('messages/s')}/s`.padEnd(11)}`,
      `p50 ${value('arrival p50 ms').padEnd(7)}p99 ${value('arrival p99 ms').padEnd(7)}ms`,
      `  CPU µs/message: ${server.join(', ')}${keepsUp(rung) ? '' : '  (no longer keeps up)'}`,
    ].join('');
  });
  if (missing !== undefined) lines.push(`  !! MISSING: ${missing}`);
  if (failure !== undefined) lines.push(`  !! FAILED ${failure}`);
  return [`\n${name}`, ...lines];
}
