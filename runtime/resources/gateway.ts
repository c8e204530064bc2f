/** The resources of a service that clients connect to, all on servers. */
import { withEdge } from './edge.js';
import { withReplicas } from './replicas.js';
import { type GatewayResources, memoize, type Opening } from './resources.js';
import { serverResources } from './servers.js';

/**
 * For a process that clients connect to: PostgreSQL, RabbitMQ and Redis, all on servers. Requires DSN, AMQP_URL and
 * REDIS_ADDR.
 *
 * @example
 * import { gatewayResources } from 'function-runtime/resources/gateway';
 *
 * const open: Entrypoint['open'] = gatewayResources;
 */
export const gatewayResources = (opening: Opening) => withEdge(memoize(clientResources(opening)));

/**
 * The same, not memoized and without routes and sockets: for whoever replaces some of them.
 *
 * @example
 * import { clientResources } from 'function-runtime/resources/gateway';
 *
 * const open = (opening: Opening): GatewayResources => clientResources(opening);
 */
export function clientResources(opening: Opening): GatewayResources {
  const { config, log, register } = opening;
  const { redisAddr: addr = '' } = config;
  const servers = serverResources(opening);
  return {
    ...servers,
    sql: async () => withReplicas(opening, await servers.sql()),
    async fanout() {
      const { redisFanout } = await import('../drivers/redis/fanout.js');
      const { connectAs } = await import('../drivers/redis/connection.js');
      return register(redisFanout({ connect: connectAs({ addr, log }), log }));
    },
    async limits() {
      const { rateLimits } = await import('../drivers/rate-limits.js');
      const { connectKeyspace } = await import('../drivers/redis/keyspace.js');
      const { client, part } = connectKeyspace({ addr, log, name: 'redis-limits' });
      register(part);
      return rateLimits(client);
    },
  };
}
