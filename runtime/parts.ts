/**
 * The parts that an image needs, each made when it is first asked for: the real driver when its variable is set, the
 * embedded one when it is not. Drivers are loaded only then, so that an image carries what it uses.
 */
import { type Config, ConfigError } from './config.js';
import type { Log } from './contract/function.js';
import type { Part, Passwords, Presence, Queues, RateLimits, Sql, Tokens } from './contract/ports.js';
import type { GatewayFanout } from './drivers/socketio/gateway-fanout.js';
import { keptKey } from './kept-key.js';
import { migrateUntilDone } from './migrate.js';

export interface Parts {
  sql(): Promise<Sql>;
  presence(): Promise<Presence>;
  queues(): Promise<Queues>;
  fanout(): Promise<GatewayFanout>;
  passwords(): Promise<Passwords>;
  tokens(): Promise<Tokens>;
  limits(): Promise<RateLimits>;
  /** Those made so far that talk to the outside, for readiness. */
  made(): readonly Part[];
  /** Ends them, the last made first. */
  close(): Promise<void>;
}

interface Options {
  readonly config: Config;
  /** Whether this process brings the database's schema up to date itself. */
  readonly migrates: boolean;
  readonly log: Log;
  /** Unique to this process. */
  readonly owner: string;
}

export function createParts({ config, migrates, log, owner }: Options): Parts {
  const made: Part[] = [];
  const keep = <Kind extends Part>(part: Kind): Kind => {
    made.push(part);
    return part;
  };
  const { dsn, redisAddr, amqpUrls } = config;
  let embedded: ReturnType<typeof embeddedPostgres> | undefined;

  return {
    sql: once(async () => {
      if (dsn === undefined) embedded = embeddedPostgres(config.dataDir, log);
      const address = embedded ? keep(await embedded).dsn : (dsn as string);
      const { connectPostgres } = await import('./drivers/postgres/sql.js');
      const sql = keep(connectPostgres({ dsn: address, name: owner, log }));
      if (migrates) await migrateUntilDone(address, log);
      return sql;
    }),
    presence: once(async () => {
      if (redisAddr === undefined) return keep((await import('./drivers/memory/presence.js')).memoryPresence());
      const { redisPresence } = await import('./drivers/redis/presence.js');
      const { connectRedis } = await import('./drivers/redis/connection.js');
      const redis = connectRedis({ addr: redisAddr, log, name: 'redis' });
      return keep(redisPresence({ redis, owner, log }));
    }),
    queues: once(async () => {
      if (amqpUrls === undefined) return keep((await import('./drivers/memory/queues.js')).memoryQueues());
      return keep((await import('./drivers/amqp/queues.js')).connectAmqp({ urls: amqpUrls, name: owner, log }));
    }),
    fanout: once(async () => {
      if (redisAddr === undefined) return keep((await import('./drivers/memory/fanout.js')).memoryFanout());
      const { redisFanout } = await import('./drivers/redis/fanout.js');
      const { connectRedis } = await import('./drivers/redis/connection.js');
      const connect = (role: 'publisher' | 'subscriber') =>
        connectRedis({ addr: redisAddr, log, name: `fanout-${role}`, subscriber: role === 'subscriber' });
      return keep(redisFanout({ connect, log }));
    }),
    limits: once(async () => {
      const { rateLimits } = await import('./drivers/rate-limits.js');
      if (redisAddr === undefined) return rateLimits();
      const { connectRedis } = await import('./drivers/redis/connection.js');
      const { client, part } = connectRedis({ addr: redisAddr, log, name: 'redis-limits' });
      keep(part);
      return rateLimits(client);
    }),
    passwords: once(async () => (await import('./drivers/argon2.js')).argon2Passwords()),
    tokens: once(async () => {
      const { joseTokens } = await import('./drivers/jose.js');
      return joseTokens({ privateKeyPem: config.jwtPrivateKeyPem ?? (await keptKey(config.dataDir)) });
    }),
    made: () => made,
    async close() {
      // A server that is only just starting would outlive us.
      await embedded?.catch(() => undefined);
      for (const part of made.splice(0).reverse()) await part.close();
    },
  };
}

async function embeddedPostgres(dataDir: string, log: Log): Promise<Part & { readonly dsn: string }> {
  const { startEmbeddedPostgres } = await import('./drivers/postgres/embedded.js');
  const server = await startEmbeddedPostgres({ dataDir, log }).catch(err => {
    throw new ConfigError(`DATA_DIR: ${(err as Error).message}`);
  });
  return { name: 'embedded-postgres', state: () => 'up', dsn: server.dsn, close: server.stop };
}

/** Made at the first call, and the same one at every other. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
