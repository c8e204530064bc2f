/** How long each test file takes, as the last `npm test -- --record` found it: seconds.json, which balances runs and no more. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RECORD = join(ROOT, 'test/run/seconds.json');
/** Of a file that nobody has recorded. */
const UNKNOWN_SECONDS = 2;

export const nameOf = (file: string): string => relative(join(ROOT, 'dist/test'), file).replace(/\.test\.js$/, '');

export function recorded(): (file: string) => number {
  const seconds = JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, number>;
  return file => seconds[nameOf(file)] ?? UNKNOWN_SECONDS;
}

export async function record(msOf: Readonly<Record<string, number>>): Promise<void> {
  const seconds = Object.entries(msOf)
    .map(([file, ms]) => [nameOf(file), Math.ceil(ms / 100) / 10] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  await writeFile(RECORD, `${JSON.stringify(Object.fromEntries(seconds), undefined, 2)}\n`);
}
