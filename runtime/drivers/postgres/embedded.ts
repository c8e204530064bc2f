/**
 * A PostgreSQL server of this process's own, under DATA_DIR, for whoever has none: the real server, durable, reachable
 * from this machine only. It outlives a process that is killed, and the next one takes it over; of two processes on
 * one DATA_DIR the second is refused. While it is held, a server that dies is started again on the same port.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, realpath, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../contract/function.js';
import { findBinaries, findRunner } from './binaries.js';
import { alive, clearLeftovers, end, initialise, passwordIn, postmaster } from './cluster.js';
import { widenCtype } from './ctype.js';
import { openPool } from './pool.js';

export interface EmbeddedPostgres {
  readonly dsn: string;
  /** Ends the server in order, and resolves when it is gone. Idempotent. */
  stop(): Promise<void>;
}

/** A server that recovers from a crash takes its time before it answers. */
const START_TIMEOUT_MS = 60_000;
/** How long a process that was killed may still seem to hold the database. */
const HOLD_TIMEOUT_MS = 1_000;
const POLL_MS = 10;
const LOG_LIMIT = 10_000_000;
/** Any number: the lock is the only one in its database. */
const LOCK = 4_716_202;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Failed statements are their caller's to report: in the server's log they would show the values they failed on.
  log_min_messages: 'log',
  io_method: 'sync',
  // The first change of a page after a checkpoint logs the page, which is most of the log where changes lie far apart.
  checkpoint_timeout: '30min',
  // What is logged in that time at some hundred messages a second, with room.
  max_wal_size: '2GB',
  wal_compression: 'pglz',
};

/** Rejects with an Error for the operator: in use by another process, not runnable here, or why it does not start. */
export async function startEmbeddedPostgres(place: { dataDir: string; log: Log }): Promise<EmbeddedPostgres> {
  const { log } = place;
  const dataDir = resolve(place.dataDir);
  const cluster = join(dataDir, 'postgres');
  const logFile = join(dataDir, 'postgres.log');
  await mkdir(dataDir, { recursive: true });
  const binaries = await findBinaries();
  const runner = await findRunner(binaries, dataDir, cluster);
  const password = await passwordIn(dataDir);
  await initialise({ dataDir, cluster, binaries, runner });
  const dsnAt = (port: number) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

  let stopping = false;
  let restoring: Promise<unknown> | undefined;

  async function launch(port: number): Promise<ChildProcess> {
    const { size } = await stat(logFile).catch(() => ({ size: 0 }));
    if (size > LOG_LIMIT) await truncate(logFile);
    const output = await open(logFile, 'a', 0o600);
    const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const { file, args, options } = runner.command(binaries.postgres, ['-D', cluster, ...settings]);
    // In a process group of its own: a terminal's Ctrl-C is for us, who stop the server when we are done with it.
    const stdio = ['ignore', output.fd, output.fd] as const;
    const child = spawn(file, args, { ...options, cwd: '/', detached: true, stdio: [...stdio] });
    await once(child, 'spawn').finally(() => output.close());
    child.unref();
    return child;
  }

  /** The port of a server that runs on our files and that we hold from now on, started if there is none. */
  async function obtain(fixedPort?: number): Promise<number> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    let heldUntil = Number.POSITIVE_INFINITY;
    let child: ChildProcess | undefined;
    for (let launches = 0; performance.now() < deadline && !stopping; ) {
      const running = await postmaster(cluster);
      const held = running?.ready ? await hold(running.port) : 'unreachable';
      if (running && held === 'held') return running.port;
      if (held === 'taken') {
        heldUntil = Math.min(heldUntil, performance.now() + HOLD_TIMEOUT_MS);
        if (performance.now() > heldUntil) throw new Error(`another process runs on DATA_DIR ${dataDir}`);
      } else if (!child || child.exitCode !== null || child.signalCode !== null) {
        // A server that is starting or stopping lets no second one in: wait for it, and try again.
        if (launches >= 3 && !(running && alive(running.pid))) break;
        if (child) await delay(20 * POLL_MS);
        child = await launch(fixedPort ?? (await freePort()));
        launches += 1;
      }
      await delay(POLL_MS);
    }
    throw new Error(`PostgreSQL does not start in ${cluster}: ${await lastLine(logFile)}`);
  }

  /** Takes the lock that says whose server this is, on a connection that stays open as long as we live. */
  async function hold(port: number): Promise<'held' | 'taken' | 'unreachable'> {
    const db = openPool({ connectionString: dsnAt(port), application_name: 'owner', connectionTimeoutMillis: 3_000 });
    let held = false;
    const onLost = () => {
      if (held && !stopping) restore(port);
    };
    try {
      const session = await db.connect({ direct: true, onLost });
      // The library stops listening in `done`, when a server that stops may still have something to say.
      session.client.on('error', () => {});
      try {
        const ask = "select pg_try_advisory_lock($1) as locked, current_setting('data_directory') as directory";
        const { locked, directory } = await session.one(ask, [LOCK]);
        // Another server may have been given the port that ours once had.
        if ((await realpath(directory)) !== (await realpath(cluster))) return 'unreachable';
        held = locked;
        return held ? 'held' : 'taken';
      } finally {
        if (!held) await session.done();
      }
    } catch {
      return 'unreachable';
    }
  }

  function restore(port: number): void {
    log.warn({ port }, 'the embedded database was lost');
    restoring = (async () => {
      while (!stopping) {
        try {
          await obtain(port);
          log.info({ port }, 'the embedded database is back');
          return;
        } catch (error) {
          log.error({ reason: (error as Error).message }, 'the embedded database does not come back');
          await delay(1_000);
        }
      }
    })();
  }

  const port = await obtain();
  await clearLeftovers(dataDir);
  await widenCtype(dsnAt(port), dataDir, log);
  let stopped: Promise<void> | undefined;

  return {
    dsn: dsnAt(port),
    stop() {
      stopped ??= (async () => {
        stopping = true;
        await restoring;
        await end(cluster, log);
      })();
      return stopped;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening server has no port');
  return address.port;
}

async function lastLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').at(-1) || `nothing in ${file}`;
}
