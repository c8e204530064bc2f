/**
 * How a connection finds the master that sentinels name: it asks them one after the other at each attempt to connect, and
 * listens to them from then on. Where they make another server the master, connections to the old one end at once, which
 * would else take what it is sent. All sentinels that one of them knows are asked, those that were named first.
 */
import { Redis, type RedisOptions } from 'ioredis';
import { backoffMs } from '../../core/backoff.js';
import { type TlsFiles, tlsOptions } from '../tls.js';
import type { RedisHost } from './addr.js';
import { ask, type SearchTimes, searchingConnector } from './searching-connector.js';

interface SentinelOptions extends SearchTimes {
  readonly sentinels: readonly RedisHost[];
  /** By which they know the master. */
  readonly name: string;
  readonly tls: TlsFiles | undefined;
}

const SWITCHED = '+switch-master';

/** For the option `Connector` of ioredis. */
export function sentinelConnector(options: SentinelOptions): NonNullable<RedisOptions['Connector']> {
  const { sentinels, name, tls, timeoutMs, disconnectMs, retry } = options;
  const question = { timeoutMs, disconnectMs, ...(tls && { tls }) };
  let known = sentinels;
  let asked = 0;

  /** By the first that tells. The next search begins with the next one: what this one told may be over. */
  async function find(): Promise<RedisHost> {
    const failures: string[] = [];
    for (const _ of known) {
      const sentinel = known[asked++ % known.length] as RedisHost;
      try {
        const told = await ask(sentinel, question, one => masterAndOthers(one, name));
        known = distinct([...sentinels, ...told.others]);
        return told.master;
      } catch (error) {
        failures.push((error as Error).message);
      }
    }
    throw new Error(`no sentinel tells: ${failures.join(', ')}`);
  }

  function watch(elsewhere: () => void): () => void {
    const listeners = known.map(({ host, port }) => {
      const listener = new Redis({
        ...{ host, port, ...(tls && { tls: tlsOptions(tls) }), lazyConnect: true, replyMapping: 'legacy' },
        ...{ enableReadyCheck: false, maxRetriesPerRequest: null, noDelay: true },
        ...{ connectTimeout: timeoutMs, disconnectTimeout: disconnectMs },
        retryStrategy: attempt => backoffMs(attempt, retry),
      });
      // One that is away says nothing: the others tell the same, and it is tried again.
      listener.on('error', () => undefined);
      listener.on('message', (_channel, said: string) => said.startsWith(`${name} `) && elsewhere());
      listener.subscribe(SWITCHED).catch(() => undefined);
      return listener;
    });
    return () => {
      for (const listener of listeners) listener.disconnect();
    };
  }

  return searchingConnector({ ...options, find, watch });
}

async function masterAndOthers(sentinel: Redis, name: string) {
  const at = (await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as [string, string] | null;
  if (at === null) throw new Error(`knows no master of the name ${name}`);
  const others = (await sentinel.call('SENTINEL', 'SENTINELS', name)) as string[][];
  return { master: { host: at[0], port: Number(at[1]) }, others: others.map(placeOf) };
}

/** Of what is told as a list of names and values in turn. */
function placeOf(told: readonly string[]): RedisHost {
  const value = (name: string) => told[told.indexOf(name) + 1] as string;
  return { host: value('ip'), port: Number(value('port')) };
}

function distinct(hosts: readonly RedisHost[]): RedisHost[] {
  return [...new Map(hosts.map(each => [`${each.host}:${each.port}`, each])).values()];
}
