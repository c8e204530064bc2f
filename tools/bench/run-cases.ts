/** Runs the cases one after the other, tells what each came to, and writes all of it into a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case } from './bench-case.js';
import { machine } from './measure/machine.js';
import { progress } from './progress.js';
import { caseText } from './report/console.js';
import { markdown } from './report/markdown.js';
import { type Ran, runCase } from './rounds.js';
import type { Stage } from './stage.js';

/** Answers whether no case failed. */
export async function runCases(list: readonly Case[], stage: Stage, command: string): Promise<boolean> {
  const { rounds, costs, out, node } = stage.options;
  const total = list.reduce((sum, one) => sum + (one.peer ? 2 : 1) * (rounds + 1), 0);
  const bar = progress(total);
  const runs: Ran[] = [];
  let done = 0;
  for (const one of list) {
    if (stage.closing) break;
    runs.push(await runCase(one, stage, what => bar.show(done++, what)));
    bar.clear();
    process.stdout.write(`${caseText(runs.at(-1)!)}\n`);
  }
  const found = machine(node, stage.versions);
  const results = runs.map(({ case: { name, summary, unit, peer }, ...rest }) => ({
    ...{ name, summary, unit },
    ...(peer && { peerName: peer.name }),
    ...rest,
  }));
  const name = join(out, costs ? 'costs' : 'results');
  await mkdir(out, { recursive: true });
  await writeFile(
    `${name}.json`,
    JSON.stringify({ command, date: new Date().toISOString(), machine: found, results }, null, 2),
  );
  await writeFile(`${name}.md`, markdown(runs, found, command));
  process.stdout.write(`\nwritten to ${name}.md and ${name}.json\n`);
  return runs.every(({ failures }) => failures.length === 0);
}
