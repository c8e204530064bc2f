/** A process that runs an embedded PostgreSQL until it is killed, for tests of what is left then. */
import { startEmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { memoryLog } from './log.js';

const { dsn } = await startEmbeddedPostgres({ dataDir: process.argv[2] as string, log: memoryLog() });
console.log(dsn);
