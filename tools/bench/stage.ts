/** What cases share: servers, our processes and the peer, each started when the first case asks, all gone at the end. */
import { resolve } from 'node:path';
import type { Env } from '#support/processes.js';
import { claimServices, type Services } from '#support/services.js';
import type { Options } from './options.js';
import { startEjabberd } from './sides/ejabberd.js';
import { type Fleet, ONE_OF_EACH, type RunningFleet, startFleet } from './sides/fleet.js';
import { type OwnPostgres, startOwnPostgres } from './sides/own-postgres.js';

type OrMissing<Value> = Value | { readonly missing: string };

interface Lease extends RunningFleet {
  /** Whether nothing has used these processes before. */
  readonly fresh: boolean;
  close(): Promise<void>;
}

export interface Stage {
  readonly options: Options;
  /** Versions of servers that were started for the cases. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * One of each image is kept for all cases that want just that; anything else goes when the case closes it. `folder` is
   * that of an older build.
   */
  fleet(fleet: Fleet, folder?: string, change?: Env): Promise<OrMissing<Lease>>;
  /** Room on the servers, without processes of ours. */
  services(): Promise<OrMissing<Services>>;
  ejabberd(): ReturnType<typeof startEjabberd>;
  /** Whether it is being closed, and no other case is to begin. */
  readonly closing: boolean;
  close(): Promise<void>;
}

export function openStage(options: Options): Stage {
  /** By the build's folder. */
  const common = new Map<string | undefined, ReturnType<typeof startFleet>>();
  let room: ReturnType<typeof claimServices> | undefined;
  let peer: ReturnType<typeof startEjabberd> | undefined;
  const profiling: Env = options.profile
    ? {
        NODE_OPTIONS: `--import=${new URL('measure/profiler.js', import.meta.url)}`,
        BENCH_PROFILES: resolve(options.profile),
      }
    : {};
  const ends: (() => Promise<void>)[] = [];
  let closing = false;
  let postgres: Promise<OwnPostgres> | undefined;
  const versions: Record<string, string> = {};

  /** The server of DSN where somebody named one. */
  async function dsn(): Promise<string | undefined> {
    if (process.env.DSN) return undefined;
    postgres ??= startOwnPostgres();
    const { dsn, version } = await postgres;
    versions.PostgreSQL = version;
    return dsn;
  }

  const start = async (fleet: Fleet, change: Env, folder: string | undefined) =>
    startFleet(fleet, change, await dsn(), folder);

  function kept(folder: string | undefined): ReturnType<typeof startFleet> {
    const known = common.get(folder);
    if (known) return known;
    const starting = start(ONE_OF_EACH, profiling, folder).then(running => {
      if ('deployment' in running) ends.push(() => running.deployment.stop());
      return running;
    });
    common.set(folder, starting);
    return starting;
  }

  return {
    options,
    versions,
    async fleet(fleet, folder, change) {
      const shared = fleet === ONE_OF_EACH && change === undefined;
      const fresh = !shared || !common.has(folder);
      const running = await (shared ? kept(folder) : start(fleet, { ...profiling, ...change }, folder));
      if ('missing' in running) return running;
      return { ...running, fresh, close: async () => void (shared || (await running.deployment.stop())) };
    },
    services() {
      room ??= dsn()
        .then(claimServices)
        .then(claimed => {
          if ('dsn' in claimed) ends.push(claimed.release);
          return claimed;
        });
      return room;
    },
    ejabberd() {
      peer ??= startEjabberd(options.ejabberd).then(started => {
        if ('stop' in started) ends.push(started.stop);
        return started;
      });
      return peer;
    },
    get closing() {
      return closing;
    },
    async close() {
      closing = true;
      for (const end of ends.splice(0)) await end();
      await (await postgres)?.stop();
    },
  };
}
