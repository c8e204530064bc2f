/**
 * The operator's command for dead letters: `npm run dlq -- list|show|retry|drop`. Exits with 0, 64 for a command that
 * there is not, 78 for a fault of configuration, 69 when the broker does not do what is asked; each with one line.
 */
import { readConfig } from '../config.js';
import { ConfigError, EXIT_CONFIG } from '../config-error.js';
import type { QueueSpec } from '../contract/route.js';
import { partitionLog } from '../core/generations.js';
import { NO_PLAN, planAfter } from '../core/partition-plan.js';
import { type PhysicalQueue, partitionsOf, physicalQueues } from '../core/partitions.js';
import { type DeadLetters, openDeadLetters } from '../drivers/amqp/dead-letters.js';
import { checkQueue, parseCommand, USAGE, UsageError } from './command.js';
import { run, type Terminal } from './run.js';

/** sysexits.h: the command was used incorrectly; a service is unavailable. */
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;

const out: Terminal = {
  isTTY: process.stdout.isTTY === true,
  write: text =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, error => (error ? reject(error) : resolve()));
    }),
};

async function obey(specs: readonly QueueSpec[]): Promise<void> {
  const command = parseCommand(process.argv.slice(2));
  if (command.name === 'help') return out.write(`${USAGE}\n`);
  const { amqpUrls = [] } = readConfig({ requiredBy: 'dlq', requires: ['AMQP_URL'], settings: {} });
  const onBlocked = (reason: string) => void process.stderr.write(`the broker takes nothing right now: ${reason}\n`);
  const letters = await openDeadLetters({ urls: amqpUrls, onBlocked });
  try {
    const queues = (await Promise.all(specs.map(spec => allPartitions(spec, letters)))).flat();
    checkQueue(
      command,
      queues.map(({ name }) => name),
    );
    await run(command, { letters, queues, out });
  } finally {
    await letters.close();
  }
}

/** Those of every generation that the queue has had, each once. */
async function allPartitions(spec: QueueSpec, letters: DeadLetters): Promise<readonly PhysicalQueue[]> {
  if (spec.partitions === 0) return physicalQueues(spec);
  const { generations } = (await letters.entries(partitionLog(spec))).reduce(planAfter, NO_PLAN);
  const queues = [...physicalQueues(spec), ...generations.flatMap(generation => partitionsOf(spec, generation))];
  return [...new Map(queues.map(queue => [queue.name, queue])).values()];
}

/**
 * The operator's command for the dead letters of these queues, with the words of the command line: `list`, `show`,
 * `retry`,
 * `drop`, `upgrade`. The broker is that of AMQP_URL. Sets the exit code: 0, 64 usage, 69 broker, 78 configuration.
 *
 * @example
 * // dlq.ts: `node dlq.js show orders.3 --limit 5`
 * import { deadLetterCommand } from 'function-runtime/dlq';
 *
 * await deadLetterCommand([queues.orders, queues.search]);
 */
export async function deadLetterCommand(specs: readonly QueueSpec[]): Promise<void> {
  try {
    await obey(specs);
  } catch (err) {
    const usage = err instanceof UsageError;
    process.stderr.write(usage ? `${err.message}\n\n${USAGE}\n` : `${(err as Error).message}\n`);
    process.exitCode = usage ? EXIT_USAGE : err instanceof ConfigError ? EXIT_CONFIG : EXIT_UNAVAILABLE;
  }
}
