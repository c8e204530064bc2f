/**
 * `npm run new -- functions/AREA/NAME [--queue]`: writes a function with its schema, and its test, both of which hold as
 * they are, and prints what to add to which image. Changes nothing that is there. Exits with 64 when it refuses.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { batchLines, batchSource, batchTest } from './batch.js';
import { type Place, placeOf, Refusal } from './place.js';
import { singleLines, singleSource, singleTest } from './single.js';

const USAGE = `usage: npm run new -- functions/AREA/NAME [--queue]

  functions/messages/pinMessage    a function that people call, over HTTP or a live connection
  functions/pinMessage             the same, without a folder
  --queue                          one that takes what others published, from a queue
`;

/** sysexits.h: the command was used incorrectly. */
const EXIT_USAGE = 64;

function readArguments(): { path: string; queue: boolean } {
  try {
    const { values, positionals } = parseArgs({ options: { queue: { type: 'boolean' } }, allowPositionals: true });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new Refusal('name one function');
    return { path, queue: values.queue === true };
  } catch (err) {
    throw new Refusal(`${(err as Error).message}\n\n${USAGE.trimEnd()}`);
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: 'wx' });
}

try {
  const root = process.cwd();
  const { path, queue } = readArguments();
  const place: Place = placeOf(root, path);
  write(join(root, place.source), queue ? batchSource(place) : singleSource(place));
  write(join(root, place.test), queue ? batchTest(place) : singleTest(place));
  const lines = queue ? batchLines(place) : singleLines(place);
  process.stdout.write(`wrote ${place.source} and ${place.test}\n\n${lines}`);
} catch (err) {
  if (!(err instanceof Refusal)) throw err;
  process.stderr.write(`${err.message}\n`);
  process.exitCode = EXIT_USAGE;
}
