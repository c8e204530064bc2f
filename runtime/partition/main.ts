/**
 * The operator's command that makes tables partitioned: `npm run partition`. Exits with 0, 64 for a command that there is
 * not, 78 for a fault of configuration, 69 when the database is away or something is in the way; each with one line.
 */
import { readConfig } from '../config.js';
import { ConfigError, EXIT_CONFIG } from '../config-error.js';
import { partition, undoPartition } from '../drivers/postgres/partitioning/partition.js';
import type { PartitionSpec } from '../drivers/postgres/partitioning/spec.js';
import { createLog } from '../log.js';
import { parseCommand, USAGE, UsageError } from './command.js';

export type { PartitionedTable, PartitionSpec } from '../drivers/postgres/partitioning/spec.js';

/** sysexits.h: the command was used incorrectly; a service is unavailable. */
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;

async function obey(spec: PartitionSpec): Promise<void> {
  const command = parseCommand(process.argv.slice(2));
  if (command.name === 'help') return void process.stdout.write(`${USAGE}\n`);
  const { dsn = '', logLevel } = readConfig({ requiredBy: 'partition', requires: ['DSN'], settings: {} });
  const on = { dsn, spec, log: await createLog({ level: logLevel, image: 'partition' }) };
  await (command.name === 'partition' ? partition(on, command) : undoPartition(on));
}

/**
 * The operator's command for tables that are to be partitioned by the row that theirs belong to, with the words of the command
 * line. The database is that of DSN. Sets the exit code: 0, 64 usage, 69 database, 78 configuration.
 *
 * @example
 * // partition.ts: `node partition.js --partitions 16`
 * import { partitionCommand } from 'function-runtime/partition';
 *
 * await partitionCommand({
 *   owner: { table: 'orders', key: 'id' },
 *   by: 'order_id',
 *   number: 'line',
 *   tables: [{ name: 'order_lines' }],
 *   since: 12,
 * });
 */
export async function partitionCommand(spec: PartitionSpec): Promise<void> {
  try {
    await obey(spec);
  } catch (err) {
    const usage = err instanceof UsageError;
    process.stderr.write(
      usage ? `${err.message}\n\n${USAGE}\n` : `${(err as Error).message.replaceAll(/\s+/g, ' ')}\n`,
    );
    process.exitCode = usage ? EXIT_USAGE : err instanceof ConfigError ? EXIT_CONFIG : EXIT_UNAVAILABLE;
  }
}
