/**
 * Connections to a server that has to be found first, at each attempt to connect. All that such a connection does is in the
 * order of one server; where that is not the right one any more it ends, and searches again.
 */
import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, type SecureContextOptions } from 'node:tls';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';
import { type Backoff, backoffMs } from '../../core/backoff.js';
import { type TlsFiles, tlsOptions } from '../tls.js';
import type { RedisHost } from './addr.js';
import { describe } from './trouble.js';

export interface SearchTimes {
  /** How long an answer may take, and the end of a connection. */
  readonly timeoutMs: number;
  readonly disconnectMs: number;
  readonly retry: Backoff;
}

export interface Search extends SearchTimes {
  readonly tls: TlsFiles | undefined;
  /** Where to connect to, as of now. Rejects with why that is not known, and is asked again after a pause. */
  find(): Promise<RedisHost>;
  /** Called for each connection that is begun: `elsewhere` ends it, and what is returned is called when it has ended. */
  watch?(elsewhere: () => void): () => void;
}

/** For the option `Connector` of ioredis. */
export function searchingConnector(search: Search): NonNullable<RedisOptions['Connector']> {
  const tls = search.tls && tlsOptions(search.tls);
  return class SearchingConnector extends AbstractConnector {
    #searching = new AbortController();

    constructor() {
      super(search.disconnectMs);
    }

    override check(info: { readonly role?: string }): boolean {
      return info.role === 'master';
    }

    override async connect(report: (type: string, error: Error) => void) {
      this.#searching = new AbortController();
      const stream = open(await this.#found(report, this.#searching.signal), tls);
      stream.once('error', error => {
        this.firstError = error;
      });
      // Of this one only: ending the search for the next one would have ioredis give up for ever.
      const unwatch = search.watch?.(() => stream.destroyed || super.disconnect());
      stream.once('close', () => unwatch?.());
      this.stream = stream;
      return stream;
    }

    override disconnect(): void {
      this.#searching.abort(new Error('Connection is closed.'));
      super.disconnect();
    }

    async #found(report: (type: string, error: Error) => void, signal: AbortSignal): Promise<RedisHost> {
      for (let attempt = 0; ; attempt++) {
        try {
          const found = await search.find();
          signal.throwIfAborted();
          return found;
        } catch (error) {
          signal.throwIfAborted();
          report('error', error as Error);
        }
        await delay(backoffMs(attempt, search.retry), undefined, { signal });
      }
    }
  };
}

/** `tls`: as of `tlsOptions`, whose files are read here. */
export function open({ host, port }: RedisHost, tls: SecureContextOptions | undefined): Socket {
  return tls ? connectTls({ host, port, ...tls }) : connectPlain({ host, port });
}

/** What one server says, on a connection of its own. Rejects with its place and why it says nothing. */
export async function ask<Answer>(
  { host, port }: RedisHost,
  { timeoutMs, disconnectMs, tls, ...login }: Omit<SearchTimes, 'retry'> & AskOptions,
  question: (server: Redis) => Promise<Answer>,
): Promise<Answer> {
  const server = new Redis({
    ...{ host, port, ...login, ...(tls && { tls: tlsOptions(tls) }) },
    ...{ lazyConnect: true, enableReadyCheck: false, replyMapping: 'legacy' },
    ...{ connectTimeout: timeoutMs, commandTimeout: timeoutMs, disconnectTimeout: disconnectMs },
    ...{ maxRetriesPerRequest: 0, retryStrategy: () => null },
  });
  let failure: Error | undefined;
  server.on('error', error => {
    failure ??= error;
  });
  try {
    await server.connect();
    return await question(server);
  } catch (thrown) {
    // What ioredis rejects with only says that the connection is closed.
    throw new Error(`${host}:${port}: ${describe(failure ?? (thrown as Error))}`, { cause: thrown });
  } finally {
    server.disconnect();
  }
}

export interface AskOptions {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsFiles;
}
