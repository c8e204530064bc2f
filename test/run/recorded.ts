/** How long each test file takes, as its last `npm test -- --record` found it: seconds.json, which balances runs and no more. */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RECORD = join(ROOT, 'test/run/seconds.json');
/** Of a file that nobody has recorded. */
const UNKNOWN_SECONDS = 2;

export const nameOf = (file: string): string => relative(join(ROOT, 'dist/test'), file).replace(/\.test\.js$/, '');

const read = () => JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, number>;

export function recorded(): (file: string) => number {
  const seconds = read();
  return file => seconds[nameOf(file)] ?? UNKNOWN_SECONDS;
}

/** Keeps what is known of other files that are there. */
export async function record(msOf: Readonly<Record<string, number>>): Promise<void> {
  const found = Object.entries(msOf).map(([file, ms]) => [nameOf(file), Math.ceil(ms / 100) / 10] as const);
  const kept = Object.entries(read()).filter(([name]) => existsSync(join(ROOT, 'test', `${name}.test.ts`)));
  const seconds = [...new Map([...kept, ...found])].sort(([one], [other]) => (one < other ? -1 : 1));
  await writeFile(RECORD, `${JSON.stringify(Object.fromEntries(seconds), undefined, 2)}\n`);
}
