/** Carries a command out. What it promises about messages stands with the driver; here is what the operator sees. */
import type { DeadLetter, DeadLetters } from '../drivers/amqp/dead-letters.js';
import type { QueueShape } from '../drivers/amqp/topology.js';
import type { Command } from './command.js';
import { jsonLine, letterRow, type Row, table } from './print.js';

export interface Terminal {
  /** Whether people read it. */
  readonly isTTY: boolean;
  /** Resolves when it is written. */
  write(text: string): Promise<void>;
}

interface Tools {
  readonly letters: DeadLetters;
  /** Those that can have dead letters. */
  readonly queues: readonly QueueShape[];
  readonly out: Terminal;
}

/** Publications that wait for their confirmation, and so messages that are doubled at most when this dies. */
const AT_A_TIME = 100;

export function run(command: Exclude<Command, { name: 'help' }>, on: Tools): Promise<void> {
  switch (command.name) {
    case 'list':
      return list(on);
    case 'upgrade':
      return upgrade(on);
    case 'show':
      return show(on, command.queue, command.limit);
    case 'retry':
      return retry(on, command.queue, command.limit);
    case 'drop':
      return drop(on, command.queue, command.limit);
  }
}

async function list({ letters, queues, out }: Tools): Promise<void> {
  const rows: Row[] = [];
  for (const { name } of queues) rows.push({ queue: `${name}.dlq`, messages: await letters.count(name) });
  await print(out, ['queue', 'messages'], rows);
}

async function upgrade({ letters, queues, out }: Tools): Promise<void> {
  const rows: Row[] = [];
  for (const queue of queues) {
    const moved = await letters.upgrade(queue);
    if (moved !== undefined) rows.push({ queue: queue.name, moved });
  }
  await print(out, ['queue', 'moved'], rows);
}

async function show({ letters, out }: Tools, queue: string, limit: number): Promise<void> {
  const rows: Row[] = [];
  for await (const letter of letters.read(queue, limit)) rows.push(letterRow(letter, out.isTTY ? 'table' : 'line'));
  await print(out, ['at', 'queue', 'reason', 'body'], rows);
  const count = (await letters.count(queue)) ?? 0;
  if (out.isTTY) await out.write(`${rows.length} of ${count} in ${queue}.dlq\n`);
}

/** Rejects with the first failure, when the others that were under way have come to their end. */
async function retry({ letters, queues, out }: Tools, queue: string, limit: number): Promise<void> {
  let done = 0;
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];

  async function send(letter: DeadLetter): Promise<void> {
    try {
      // A message only says where it was; it may not be sent to queues that are none of ours.
      await letter.retry(queues.find(({ name }) => name === letter.queue)?.name ?? queue);
      done += 1;
    } catch (error) {
      failures.push(error);
    }
  }

  for await (const letter of letters.read(queue, limit)) {
    const sent = send(letter).finally(() => underWay.delete(sent));
    underWay.add(sent);
    if (underWay.size >= AT_A_TIME) await Promise.race(underWay);
    if (failures.length > 0) break;
  }
  await Promise.all(underWay);
  await out.write(`${done} sent again from ${queue}.dlq\n`);
  if (failures.length > 0) throw failures[0];
}

async function drop({ letters, out }: Tools, queue: string, limit: number): Promise<void> {
  for await (const letter of letters.read(queue, limit)) {
    await out.write(jsonLine(letterRow(letter, 'whole')));
    letter.drop();
  }
}

const print = (out: Terminal, columns: readonly string[], rows: readonly Row[]): Promise<void> =>
  out.write(out.isTTY ? table(columns, rows) : rows.map(jsonLine).join(''));
