/** The parts of the image that needs no server: the embedded driver where a variable is not set. */
import { type Config, ConfigError } from '../config.js';
import type { Part } from '../contract/ports.js';
import { gatewayParts } from './gateway.js';
import type { GatewayParts, Surroundings } from './parts.js';
import { toSink } from './sink.js';
import { tokensOf } from './tokens.js';

export function allParts(surroundings: Surroundings): GatewayParts {
  const { config, log, owner, keep } = surroundings;
  return {
    ...gatewayParts(surroundings),
    async sql() {
      const dsn = config.dsn ?? (await embeddedPostgres(surroundings));
      const { connectPostgres } = await import('../drivers/postgres/sql.js');
      const sql = keep(connectPostgres({ dsn, name: owner, log }));
      await (await import('../migrate.js')).migrateUntilDone(dsn, log, ['unavailable', 'forbidden']);
      return sql;
    },
    ...(config.redisAddr === undefined && withoutRedis(surroundings)),
    ...(config.amqpUrls === undefined && {
      queues: async () =>
        keep(await toSink(surroundings, (await import('../drivers/memory/queues.js')).memoryQueues())),
    }),
    tokens: async () => tokensOf(config, config.jwtPrivateKeyPem ?? (await keptKey(config))),
  };
}

const withoutRedis = ({ keep }: Surroundings): Pick<GatewayParts, 'presence' | 'fanout' | 'limits'> => ({
  presence: async () => keep((await import('../drivers/memory/presence.js')).memoryPresence()),
  fanout: async () => keep((await import('../drivers/memory/fanout.js')).memoryFanout()),
  limits: async () => (await import('../drivers/rate-limits.js')).rateLimits(),
});

const keptKey = async ({ dataDir }: Config): Promise<string> => (await import('../kept-key.js')).keptKey(dataDir);

/** Its DSN, when it is up. Known before that: a server that is only just starting would outlive us. */
async function embeddedPostgres({ config: { dataDir }, log, keep }: Surroundings): Promise<string> {
  const { startEmbeddedPostgres } = await import('../drivers/postgres/embedded.js');
  const starting = startEmbeddedPostgres({ dataDir, log });
  let state: ReturnType<Part['state']> = { down: 'starting' };
  keep({
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
