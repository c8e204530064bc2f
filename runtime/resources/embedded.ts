/** The resources of a service that needs no server: the embedded driver where a variable is not set. */
import { ConfigError } from '../config-error.js';
import type { Part } from '../contract/ports.js';
import { withEdge } from './edge.js';
import { clientResources } from './gateway.js';
import { withReplicas } from './replicas.js';
import { type GatewayResources, memoize, type Opening } from './resources.js';
import { toSink } from './sink.js';

/**
 * For a process that needs no server: the embedded driver where a variable (DSN, AMQP_URL, REDIS_ADDR) is not set.
 *
 * @example
 * import { embeddedResources } from 'function-runtime/resources/embedded';
 *
 * const open: Entrypoint['open'] = embeddedResources;
 */
export function embeddedResources(opening: Opening) {
  const { config, log, owner, migrations, register } = opening;
  return withEdge(
    memoize({
      ...clientResources(opening),
      async sql() {
        const dsn = config.dsn ?? (await embeddedPostgres(opening));
        const { connectPostgres } = await import('../drivers/postgres/sql.js');
        const sql = register(connectPostgres({ dsn, name: owner, log }));
        const { migrateUntilDone } = await import('../migrate.js');
        if (migrations) await migrateUntilDone({ dsn, migrations, log }, ['unavailable', 'forbidden']);
        return withReplicas(opening, sql);
      },
      ...(config.redisAddr === undefined && withoutRedis(opening)),
      ...(config.amqpUrls === undefined && {
        queues: async () =>
          register(await toSink(opening, (await import('../drivers/memory/queues.js')).memoryQueues())),
      }),
    }),
  );
}

const withoutRedis = ({ register }: Opening): Pick<GatewayResources, 'presence' | 'fanout' | 'limits'> => ({
  presence: async () => register((await import('../drivers/memory/presence.js')).memoryPresence()),
  fanout: async () => register((await import('../drivers/memory/fanout.js')).memoryFanout()),
  limits: async () => (await import('../drivers/rate-limits.js')).rateLimits(),
});

/** Its DSN, when it is up. Known before that: a server that is only just starting would outlive us. */
async function embeddedPostgres({ config: { dataDir }, log, register }: Opening): Promise<string> {
  const { startEmbeddedPostgres } = await import('../drivers/postgres/embedded.js');
  const starting = startEmbeddedPostgres({ dataDir, log });
  let state: ReturnType<Part['state']> = { down: 'starting' };
  register({
    name: 'embedded-postgres',
    state: () => state,
    close: async () => (await starting.catch(() => undefined))?.stop(),
  });
  const { dsn } = await starting.catch(err => {
    throw new ConfigError(`DATA_DIR: ${(err as Error).message}`);
  });
  state = 'up';
  return dsn;
}
