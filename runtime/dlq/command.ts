/** What the operator wants, from the words of the command line. */
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run dlq -- COMMAND

  list                       the dead-letter queues, and how many messages each holds
  show QUEUE [--limit N]     the oldest messages and why they are there; they stay (default 20)
  retry QUEUE [--limit N]    sends the oldest messages to the queue that they came from (default: all that are there)
  drop QUEUE [--limit N]     prints the oldest messages, one JSON object a line, and forgets them (default: all)
  upgrade                    makes queues of an older version anew, with their messages; all images have to be stopped

QUEUE is a queue's name, with or without .dlq. The broker is that of AMQP_URL.
To keep what drop prints: npm run --silent dlq -- drop QUEUE > FILE (npm itself would print the command into it).`;

/** Not a command that there is; `message` says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'list' | 'upgrade' }
  | { readonly name: 'show' | 'retry' | 'drop'; readonly queue: string; readonly limit: number };

const SHOWN = 20;

/** Throws UsageError. */
export function parseCommand(words: readonly string[]): Command {
  const { positionals, values } = parsed(words);
  const [name, queue, ...more] = positionals;
  if (values.help) return { name: 'help' };
  if (name === undefined) throw new UsageError('which command?');
  if (name === 'list' || name === 'upgrade') {
    if (queue !== undefined || values.limit !== undefined)
      throw new UsageError(`${name} takes neither queue nor limit`);
    return { name };
  }
  if (name !== 'show' && name !== 'retry' && name !== 'drop') throw new UsageError(`there is no command ${name}`);
  if (queue === undefined || more.length > 0) throw new UsageError(`${name} takes exactly one queue`);
  return {
    name,
    queue: queue.replace(/\.dlq$/, ''),
    limit: limitOf(values.limit, name === 'show' ? SHOWN : Number.POSITIVE_INFINITY),
  };
}

/** `queues` are the names of those that can have dead letters. Throws UsageError when the command's is none of them. */
export function checkQueue(command: Command, queues: readonly string[]): void {
  if (!('queue' in command) || queues.includes(command.queue)) return;
  throw new UsageError(`there is no queue ${command.queue}; there are ${queues.join(', ')}`);
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { limit: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (err) {
    throw new UsageError((err as Error).message);
  }
}

function limitOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('--limit takes a whole number from 1');
  return Number(text);
}
