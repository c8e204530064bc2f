/**
 * `npm test`: every test, more files at a time than there are cores, since most of them wait more than they compute. Words choose the files
 * whose paths have one of them: `npm test -- drivers/redis e2e`. `--jobs N` runs so many at a time, `--coverage` writes what
 * `npm run coverage` reads, `--record` writes down how long each of them took, `--story` (or CI=true) tells every test's title.
 * Exits with 1 when a test failed, with 2 when it was not understood.
 */

import { readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { summary, sumOf } from '../support/results.js';
import { ALONE } from './alone.js';
import { type Batch, batchesOf } from './batches.js';
import { COMPUTING } from './computing.js';
import type { Ended } from './process.js';
import { beginning, clock, howFar, type Plan } from './progress.js';
import { nameOf, record, recorded } from './recorded.js';
import { runPlan } from './run.js';
import { isCounted } from './uncounted.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COVERAGE = join(ROOT, 'coverage/tmp');

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: String(availableParallelism() + 1) },
    coverage: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    story: { type: 'boolean', default: process.env.CI === 'true' },
    folder: { type: 'string', default: join(ROOT, 'dist/test') },
  },
});
const jobs = Number(values.jobs);
const found = (await readdir(values.folder, { recursive: true })).filter(path => path.endsWith('.test.js')).sort();
// As they are named in the checkout, wherever that is: its own path may have any of these words.
const isNamed = (path: string): boolean => words.some(word => join('dist/test', path).includes(word));
const files = found.filter(path => words.length === 0 || isNamed(path)).map(path => join(values.folder, path));
if (files.length === 0 || !(jobs >= 1)) {
  console.error(`nothing to run: ${words.join(' ')}`);
  process.exit(2);
}
const isAlone = (file: string): boolean => Object.hasOwn(ALONE, nameOf(file));
const computes = (file: string): boolean => COMPUTING.includes(nameOf(file));
const secondsOf = recorded();
const batchesWhere = (are: (file: string) => boolean) => batchesOf(files.filter(are), secondsOf);
const plan: Plan = {
  jobs,
  together: batchesWhere(file => !isAlone(file) && !computes(file)),
  computing: batchesWhere(computes),
  alone: batchesWhere(isAlone),
};

if (values.coverage) await rm(COVERAGE, { recursive: true, force: true });
const envOf = ({ files }: Batch): NodeJS.ProcessEnv => ({
  ...process.env,
  ...(values.coverage && isCounted(files.map(nameOf)) && { NODE_V8_COVERAGE: COVERAGE }),
});
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

const since = performance.now();
const elapsed = () => (performance.now() - since) / 1000;
const done = new Set<Batch>();
function onEnd(batch: Batch, { passed, failed, output }: Ended): void {
  done.add(batch);
  const { length } = batch.files;
  const what = nameOf(batch.files[0] as string) + (length > 1 ? ` and ${length - 1} more` : '');
  console.log(`${howFar(plan, done, elapsed())}: ${passed} passed${failed > 0 ? `, ${failed} failed` : ''} in ${what}`);
  if (failed > 0 || values.story) console.log(output);
  else for (const [left] of output.matchAll(/^LEFT BEHIND.*$/gm)) console.log(left);
}

console.log(beginning(plan));
const all = await runPlan(plan, envOf, onEnd, stop.signal);
const results = sumOf(all);
// What failed is told once more, whole, where one looks for it.
for (const { failed, output } of all)
  if (failed > 0) console.log(output.slice(Math.max(0, output.search(/^ {2}\d+ failing$/m))));
if (values.record) await record(results.msOf);
console.log(`${files.length} files in ${clock(elapsed())} min`);
for (const line of summary(results)) console.log(line);
process.exitCode = results.failed > 0 || stop.signal.aborted ? 1 : 0;
