/**
 * Room of one's own on the real servers: a database, a virtual host and a numbered Redis database for one test run,
 * removed again by `release`. Servers are those of DSN, REDIS_ADDR and AMQP_URL, or the defaults on localhost.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import amqplib from 'amqplib';
import { Redis } from 'ioredis';
import pgPromise from 'pg-promise';
import { ANSWER_MS } from './patience.js';

const run = promisify(execFile);
const pgp = pgPromise({ noWarnings: true });

export interface Services {
  readonly dsn: string;
  readonly redis: string;
  readonly amqp: string;
  /** For an operator's look into the database. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  release(): Promise<void>;
}

type Lease = { readonly url: string; readonly release: () => Promise<unknown> };

/** The server's DSN that is meant where none is said. */
const server = () => process.env.DSN ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** The services, or the reason why there are none. `dsn` is another PostgreSQL server than the one of DSN. */
export async function claimServices(dsn = server()): Promise<Services | { readonly missing: string }> {
  const name = `minitelegram_test_${randomBytes(4).toString('hex')}`;
  const claims = await Promise.allSettled([claimDatabase(name, dsn), claimRedis(name), claimBroker(name)]);
  const missing = claims.flatMap(claim => (claim.status === 'rejected' ? [reasonOf(claim.reason)] : []));
  const [database, redis, broker] = claims.flatMap(claim => (claim.status === 'fulfilled' ? [claim.value] : []));
  const leases = [database, redis, broker].filter(lease => lease !== undefined);
  if (!database || !redis || !broker) {
    await Promise.all(leases.map(lease => lease.release()));
    return { missing: missing.join('; ') };
  }
  const db = pgp(database.url);
  return {
    dsn: database.url,
    redis: redis.url,
    amqp: broker.url,
    query: (text, values) => db.any(text, [...(values ?? [])]),
    release: async () => {
      await db.$pool.end();
      await Promise.all(leases.map(lease => lease.release()));
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

async function claimDatabase(name: string, server: string): Promise<Lease> {
  const admin = async (statement: string) => {
    const db = pgp({ connectionString: server, connectionTimeoutMillis: ANSWER_MS });
    await db.none(statement).finally(() => db.$pool.end());
  };
  await admin(`CREATE DATABASE ${name}`).catch(error => {
    throw new Error(`PostgreSQL: ${reasonOf(error)}`);
  });
  const own = new URL(server);
  own.pathname = `/${name}`;
  return { url: own.href, release: () => admin(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** An empty numbered database, taken by a key that nobody else could set; given back empty. */
async function claimRedis(name: string): Promise<Lease> {
  const given = process.env.REDIS_ADDR ?? '127.0.0.1:6379';
  const server = new URL(given.includes('://') ? given : `redis://${given}`);
  for (let number = 15; number > 0; number--) {
    const url = new URL(server);
    url.pathname = `/${number}`;
    const client = new Redis(url.href, { lazyConnect: true, retryStrategy: () => null, connectTimeout: ANSWER_MS });
    client.on('error', () => {});
    try {
      await client.connect();
      const taken = (await client.dbsize()) > 0 || (await client.set('test-run', name, 'EX', 1_800, 'NX')) === null;
      if (taken) continue;
    } catch (error) {
      throw new Error(`Redis at ${server.host}: ${reasonOf(error)}`);
    } finally {
      client.disconnect();
    }
    return { url: url.href, release: () => flush(url.href) };
  }
  throw new Error(`Redis at ${server.host}: every numbered database is in use`);
}

async function flush(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushdb();
  await client.quit();
}

/** A virtual host made with rabbitmqctl where the broker runs here; elsewhere the URL as it was given. */
async function claimBroker(name: string): Promise<Lease> {
  const given = process.env.AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672';
  const server = new URL(given.split(',')[0]!);
  await amqplib
    .connect(given.split(',')[0]!, { timeout: ANSWER_MS })
    .then(connection => connection.close())
    .catch(error => {
      throw new Error(`RabbitMQ at ${server.host}: ${reasonOf(error)}`);
    });
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(server.hostname);
  const ctl = (...words: string[]) => run('rabbitmqctl', words, { timeout: 30_000 });
  try {
    if (!local) throw new Error('not on this machine');
    await ctl('add_vhost', name);
  } catch (error) {
    if (process.env.AMQP_URL) return { url: given, release: async () => {} };
    throw new Error(`RabbitMQ: no virtual host of our own: ${reasonOf(error)}`);
  }
  await ctl('set_permissions', '-p', name, decodeURIComponent(server.username || 'guest'), '.*', '.*', '.*');
  server.pathname = `/${name}`;
  return { url: server.href, release: () => ctl('delete_vhost', name) };
}
