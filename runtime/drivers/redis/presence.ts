/**
 * Presence over all gateways, in Redis. A gateway owns its connections with one lease, which it renews; its own table
 * of them is the truth, and Redis is made to agree with it after whatever happened to either.
 *
 * While Redis is away `connect` and `disconnect` do not fail, they answer what this process knows: `first` is true for
 * a user's first connection here, `last` is never true. When Redis is back, the table is registered again, and those
 * who left in between and are nowhere else are named by `lapsed`, half a lease later, when all other gateways have had
 * the time to do the same. The other methods reject with Failure `unavailable`.
 *
 * A gateway that was away for longer than its lease, or whose Redis lost everything, was seen without its users, and
 * people may have been told so: when it has registered them again, `lapsed` names them as well.
 */
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { PRESENCE_LEASE_MS, type Presence } from '../../contract/ports.js';
import { connectionTable } from '../memory/connection-table.js';
import type { RedisConnection } from './connection.js';
import { NOBODY, presenceScripts } from './presence-scripts.js';
import { orUnavailable } from './trouble.js';

export interface RedisPresenceSettings {
  /** Its own; `close` ends it. */
  readonly redis: RedisConnection;
  /** This process, unlike any other that ever was: letters, digits, `_`, `.`, `:` and `-`. */
  readonly owner: string;
  readonly log: Log;
  readonly leaseMs?: number;
  readonly prefix?: string;
}

const CHUNK = 500;
/** Keys outlive their last renewal by this many leases (a day), for `lapsed` to be asked, and then expire. */
const KEPT_LEASES = 2_880;
/** Every so often (8 hours) everything is registered again, which prolongs it. */
const REFRESH_RENEWALS = 2_880;

export function redisPresence(settings: RedisPresenceSettings): Presence {
  const { redis, owner, log, leaseMs = PRESENCE_LEASE_MS, prefix = '{presence}' } = settings;
  if (!/^[\w.:-]+$/.test(owner) || owner === NOBODY) throw new Error(`not the name of an owner: ${owner}`);
  const keptMs = leaseMs * KEPT_LEASES;
  /** All gateways that live have renewed, and so have been heard of, when this has passed. */
  const graceMs = Math.ceil(leaseMs / 2);
  const run = presenceScripts(redis.client, prefix);
  const members = (name: string) => orUnavailable(redis.client.smembers(`${prefix}:owner:${name}`));
  const returned = () => orUnavailable(redis.client.smembers(`${prefix}:returned`));

  const table = connectionTable();
  /** Users that left while Redis was away, maybe for good. */
  const leftUntold = new Set<string>();
  let outdated = false;
  let registered = false;
  let renewing = false;
  let renewals = 0;
  let timer: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;

  /** What each step is told of this owner. */
  const mine = () => [owner, leaseMs, keptMs, registered ? 1 : 0, graceMs] as const;
  const nobodys = () => [NOBODY, graceMs, keptMs, 0, graceMs] as const;

  /** One step for many; what it is about is looked at when it is sent, not when it was planned. */
  async function each(
    step: 'attach' | 'detach' | 'restore',
    whose: () => readonly (string | number)[],
    pairs: readonly (readonly [string, string])[],
    still: (userId: string, connectionId: string) => boolean,
  ): Promise<void> {
    for (const chunk of chunks(pairs)) {
      if (closing) return;
      const args = chunk.filter(pair => still(...pair)).flatMap(([userId, id]) => [encodeURIComponent(userId), id]);
      if (args.length > 0) await run(step, ...whose(), ...args);
    }
  }

  /** Makes Redis agree with the table. Who is to be told of is noted before the last trace of them is removed. */
  async function reconcile(): Promise<void> {
    outdated = false;
    const untold = new Set(leftUntold);
    leftUntold.clear();
    try {
      const departed = (await members(owner)).map(split).filter(pair => !table.has(...pair));
      for (const [userId] of departed) untold.add(userId);
      const noted = [...untold].map(userId => [userId, owner] as const);
      await each('attach', nobodys, noted, userId => !table.hasUser(userId));
      await each('detach', mine, departed, (...pair) => !table.has(...pair));
      await each('restore', mine, table.list(), table.has);
      log.info({ owner, connections: table.size, departed: noted.length }, 'registered all connections again');
    } catch (error) {
      outdated = true;
      for (const userId of untold) leftUntold.add(userId);
      throw error;
    }
  }

  async function renew(): Promise<void> {
    if (renewing || closing) return;
    renewing = true;
    try {
      // Commands are carried out in the order in which they are sent, so that this is what Redis should count.
      const expected = table.size;
      const [running, known] = await run<[number, number]>('renew', ...mine());
      registered = true;
      renewals += 1;
      if (outdated || running === 0 || known !== expected || renewals % REFRESH_RENEWALS === 0) await reconcile();
    } catch (error) {
      if (Failure.from(error).code !== 'unavailable') log.error({ owner, err: error }, 'the lease was not renewed');
    } finally {
      renewing = false;
    }
  }

  const onReady = () => {
    if (!timer) return;
    outdated = true;
    void renew();
  };
  redis.client.on('ready', onReady);

  /** `known`, and a note that Redis lacks it, when Redis is away. */
  function whenAway<Known>(error: unknown, known: Known): Known {
    if (Failure.from(error).code !== 'unavailable') throw error;
    outdated = true;
    return known;
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    redis.client.off('ready', onReady);
    // What is left of the connections lapses at once, so that somebody tells of their users: this process cannot.
    if (timer) await run('relinquish', owner).catch(error => log.warn({ owner, err: error }, 'the lease will lapse'));
    await redis.part.close();
  }

  return {
    name: 'presence',
    state: redis.part.state,
    close: () => {
      closing ??= close();
      return closing;
    },
    async connect(userId, connectionId) {
      if (closing) throw new Failure('unavailable', 'this gateway is going away');
      const first = !table.hasUser(userId);
      table.add(userId, connectionId);
      timer ??= setInterval(renew, leaseMs / 3).unref();
      try {
        const [alone] = await run<number[]>('attach', ...mine(), encodeURIComponent(userId), connectionId);
        registered = true;
        return { first: alone === 1 };
      } catch (error) {
        return whenAway(error, { first });
      }
    },
    async disconnect(userId, connectionId) {
      table.remove(userId, connectionId);
      if (closing) return { last: false };
      try {
        const [none] = await run<number[]>('detach', ...mine(), encodeURIComponent(userId), connectionId);
        return { last: none === 1 && !table.hasUser(userId) };
      } catch (error) {
        if (!table.hasUser(userId)) leftUntold.add(userId);
        return whenAway(error, { last: false });
      }
    },
    async online(userIds) {
      const parts = chunks([...new Set(userIds)]).map(async chunk => {
        const online = await run<number[]>('online', ...chunk.map(encodeURIComponent));
        return chunk.filter((_, index) => online[index] === 1);
      });
      return new Set((await Promise.all(parts)).flat());
    },
    async lapsed() {
      const left = new Set<string>();
      for (const name of await run<string[]>('lapsedOwners')) {
        for (const entry of await members(name)) left.add(entry.slice(0, entry.indexOf('|')));
      }
      const offline: string[] = [];
      for (const chunk of chunks([...left])) offline.push(...(await run<string[]>('sweep', 0, ...chunk)));
      return [...new Set([...offline, ...(await returned())])].map(decodeURIComponent);
    },
    async forget(userIds) {
      for (const chunk of chunks(userIds)) await run('sweep', 1, ...chunk.map(encodeURIComponent));
    },
  };
}

function split(entry: string): [userId: string, connectionId: string] {
  const bar = entry.indexOf('|');
  return [decodeURIComponent(entry.slice(0, bar)), entry.slice(bar + 1)];
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
