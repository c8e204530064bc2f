/** What the operator wants, from the words of the command line. */
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run partition -- --partitions N [--rest X] [--at-once]
       npm run partition -- --undo

  --partitions N   has the large tables partitioned by hash, into N (2 to 64), while people write; ended at any point,
                   the same command goes on there
  --rest X         how long to rest after each stretch, as a multiple of what it took (default 0.5)
  --at-once        no image of the version before is running any more: begin on the day of the update
  --undo           takes away what was made, as long as the tables are not partitioned yet

The database is that of DSN.`;

/** Not a command that there is; `message` says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Command =
  | { readonly name: 'help' | 'undo' }
  | { readonly name: 'partition'; readonly partitions: number; readonly rest: number; readonly atOnce: boolean };

const [FEWEST, MOST] = [2, 64];
const MOST_REST = 100;

/** Throws UsageError. */
export function parseCommand(words: readonly string[]): Command {
  const { help, undo, partitions, rest = '0.5', 'at-once': atOnce = false } = parsed(words);
  if (help) return { name: 'help' };
  if (undo && partitions === undefined) return { name: 'undo' };
  if (undo || partitions === undefined) throw new UsageError('either --partitions or --undo');
  const count = Number(partitions);
  if (!(Number.isInteger(count) && count >= FEWEST && count <= MOST))
    throw new UsageError(`--partitions takes a whole number from ${FEWEST} to ${MOST}`);
  const multiple = Number(rest);
  if (rest.trim() === '' || !(multiple >= 0 && multiple <= MOST_REST))
    throw new UsageError(`--rest takes a number from 0 to ${MOST_REST}`);
  return { name: 'partition', partitions: count, rest: multiple, atOnce };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        partitions: { type: 'string' },
        rest: { type: 'string' },
        'at-once': { type: 'boolean' },
        undo: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (err) {
    throw new UsageError((err as Error).message);
  }
}
