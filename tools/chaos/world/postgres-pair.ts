/** PostgreSQL alone, or with a standby that every commit waits for, so that whoever takes over has what was acknowledged. */
import { eventually } from '#support/eventually.js';
import { administer } from '#support/postgres.js';
import { type Line, line } from './lines.js';
import { type Postgres, postgres } from './postgres.js';
import type { Server } from './server.js';

/** One server or two, which share what they are asked to bear. */
export interface Database extends Pick<Server, 'start' | 'kill'> {
  /** Of the one that takes writes now. */
  readonly dsn: string;
  readonly servers: readonly Postgres[];
  readonly pair?: Pair;
  terminateConnections(): Promise<void>;
  /** Holds the whole table against everybody. Resolves when it is let go. */
  lock(table: string, ms: number): Promise<void>;
}

export interface Pair {
  /** The primary is killed and the standby promoted. Resolves with how the one before comes back, as the standby. */
  failOver(): Promise<() => Promise<void>>;
  standby(): Postgres;
  /** What each hears the other by. */
  readonly lines: readonly Line[];
}

const TERMINATE =
  "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
const IN_STEP = "select from pg_stat_replication where sync_state = 'sync' and state = 'streaming'";

const operated = (dsn: () => string): Pick<Database, 'terminateConnections' | 'lock'> => ({
  async terminateConnections() {
    await administer(dsn(), TERMINATE);
  },
  async lock(table, ms) {
    await administer(dsn(), `begin; lock table ${table}; select pg_sleep(${ms / 1000}); commit`);
  },
});

export async function oneServer(folder: string): Promise<Database> {
  const server = await postgres(folder);
  return { ...server, servers: [server], ...operated(() => server.dsn) };
}

/** A standby that comes late finds the log that it lacks. */
const SETTINGS = ['synchronous_standby_names=*', 'wal_keep_size=1GB'];

export async function pair(folder: string): Promise<Database> {
  const first = await postgres(folder, SETTINGS);
  const second = await postgres(folder, SETTINGS, new URL(first.dsn).password);
  const servers = [first, second];
  const lines = await Promise.all(servers.map(({ port }) => line('postgres-pair', port)));
  let [primary, standby] = [first, second];
  let formed = false;

  async function join(): Promise<void> {
    await standby.follow(primary, lines[servers.indexOf(primary)]!.proxy.port);
    await standby.start();
  }

  return {
    servers,
    get dsn() {
      return primary.dsn;
    },
    async start() {
      await primary.start();
      if (formed) await standby.start();
      else await join();
      formed = true;
      const inStep = async () => (await administer(primary.dsn, IN_STEP)).length === 1;
      await eventually('the standby is in step', inStep, { within: 60_000 });
    },
    async kill() {
      await Promise.all(servers.map(server => server.kill()));
    },
    ...operated(() => primary.dsn),
    pair: {
      lines,
      standby: () => standby,
      async failOver() {
        await primary.kill();
        [primary, standby] = [standby, primary];
        await administer(primary.dsn, 'select pg_promote()');
        return join;
      },
    },
  };
}
