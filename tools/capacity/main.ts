/**
 * `npm run capacity`: what so many users need, from measured costs. `--measure FOLDER` takes the figures over from a run of
 * `npm run bench`, `--check` compares the model with cases that it was not fitted to, `--write` brings the document up to
 * date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ASSUMPTIONS, type Assumptions, assumptions, NAMES } from './assumptions.js';
import { costsOf } from './costs.js';
import { refreshed, SIZES } from './document.js';
import { type Measured, measuredOf, type Results } from './measured.js';
import { planOf } from './plan.js';
import { checkTable, costTable, firstFull, limitTable, origin, planTable } from './tables.js';

const MEASURED = 'docs/measured.json';
const DOCUMENT = 'docs/scaling.md';

const USAGE = `usage: npm run capacity -- [--users N,…] [--check] [--write] [--measure FOLDER] [--ASSUMPTION VALUE …]
  --users      default: ${SIZES.join(',')}
  --check      predictions beside what was measured in cases that the model was not fitted to
  --write      brings the tables in ${DOCUMENT} up to date
  --measure    takes ${MEASURED} from a folder with the results.json of a whole npm run bench
${NAMES.map(name => `  --${name.padEnd(14)}${String(ASSUMPTIONS[name].value).padEnd(8)}${ASSUMPTIONS[name].meaning}`).join('\n')}`;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`--${name} wants a number above 0`);
  return value;
}

function read(): {
  flags: { check: boolean; write: boolean; measure?: string };
  users: number[];
  assumed: Assumptions;
} {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      measure: { type: 'string' },
      users: { type: 'string', default: SIZES.join(',') },
      ...(Object.fromEntries(NAMES.map(name => [name, { type: 'string' }])) as Record<string, { type: 'string' }>),
    },
  });
  const given = NAMES.flatMap(name => {
    const text = (values as Readonly<Record<string, unknown>>)[name];
    return typeof text === 'string' ? [[name, positive(name, text)] as const] : [];
  });
  const { check, write, measure } = values;
  return {
    flags: { check, write, ...(measure !== undefined && { measure }) },
    users: values.users.split(',').map(text => positive('users', text)),
    assumed: assumptions(Object.fromEntries(given)),
  };
}

async function main({ flags, users, assumed }: ReturnType<typeof read>): Promise<void> {
  const say = (...parts: readonly string[]): void => void process.stdout.write(`${parts.join('\n\n')}\n`);
  if (flags.measure !== undefined) {
    const results = JSON.parse(await readFile(join(flags.measure, 'results.json'), 'utf8')) as Results;
    await writeFile(MEASURED, `${JSON.stringify(measuredOf(results), null, 2)}\n`);
  }
  const measured = JSON.parse(await readFile(MEASURED, 'utf8')) as Measured;
  if (flags.write) await writeFile(DOCUMENT, refreshed(await readFile(DOCUMENT, 'utf8'), measured));
  const model = { measured, costs: costsOf(measured), assumed };
  if (flags.check) return say(origin(measured), costTable(model), checkTable(measured));
  const plans = users.map(count => planOf(count, model));
  say(planTable(plans), firstFull(users, model), limitTable(users, model));
}

try {
  await main(read());
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
  process.exitCode = 1;
}
