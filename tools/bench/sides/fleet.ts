/** So many of our processes on the real servers, and what to watch of them. */

import { type Deployment, real } from '#support/deployment.js';
import { builtIn, type Env } from '#support/processes.js';
import type { Services } from '#support/services.js';
import { listenerOn, type Watched } from '../measure/processes.js';

export interface Fleet {
  readonly gateway: number;
  readonly 'chat-svc': number;
  readonly 'presence-svc': number;
}

export const ONE_OF_EACH: Fleet = { gateway: 1, 'chat-svc': 1, 'presence-svc': 1 };

export interface RunningFleet {
  readonly deployment: Deployment;
  readonly gateways: readonly string[];
  readonly watched: Watched;
}

export async function startFleet(
  fleet: Fleet,
  change: Env,
  dsn?: string,
  /** Of an older build. */
  folder?: string,
): Promise<RunningFleet | { readonly missing: string }> {
  const images = Object.entries(fleet).flatMap(([image, count]) => Array<string>(count).fill(image));
  const deployment = await real(images, change, {
    ...(dsn !== undefined && { dsn }),
    ...(folder !== undefined && { program: builtIn(folder) }),
    // Many at once on few cores.
    within: 30_000 * images.length,
  });
  if ('missing' in deployment) return deployment;
  const gateways = deployment.processes.filter(({ image }) => image === 'gateway').map(({ url }) => url);
  return { deployment, gateways, watched: watchedOf(deployment) };
}

/** Our processes as they are now, and the servers. */
export function watchedOf({ processes, services }: Deployment): Watched {
  const ours = Object.keys(ONE_OF_EACH).map(name => {
    const pids = processes.filter(({ image }) => image === name).map(({ pid }) => ({ pid }));
    return [name, pids] as const;
  });
  return { ...Object.fromEntries(ours), ...serversOf(services!) };
}

/** The servers' processes, as far as they are on this machine and may be looked at. */
export function serversOf({ dsn, redis, amqp }: Pick<Services, 'dsn' | 'redis' | 'amqp'>): Watched {
  const [postmaster, cache, broker] = [pidOf(dsn, 5432), pidOf(redis, 6379), pidOf(amqp, 5672)];
  const database = new URL(dsn).pathname.slice(1);
  return {
    ...(postmaster && { PostgreSQL: [{ postmaster, database }] }),
    ...(broker && { RabbitMQ: [{ pid: broker }] }),
    ...(cache && { Redis: [{ pid: cache }] }),
  };
}

const pidOf = (url: string, otherwise: number): number | undefined =>
  listenerOn(Number(new URL(url).port || otherwise));
