/** The resources of a service that clients connect to, all on servers. */
import { withEdge } from './edge.js';
import { type GatewayResources, memoize, type Opening } from './resources.js';
import { serverResources } from './servers.js';

export const gatewayResources = (opening: Opening) => withEdge(memoize(clientResources(opening)));

/** Not kept: whoever replaces some of them keeps the rest. */
export function clientResources(opening: Opening): GatewayResources {
  const { config, log, register } = opening;
  const { redisAddr: addr = '' } = config;
  return {
    ...serverResources(opening),
    async fanout() {
      const { redisFanout } = await import('../drivers/redis/fanout.js');
      const { connectAs } = await import('../drivers/redis/connection.js');
      return register(redisFanout({ connect: connectAs({ addr, log }), log }));
    },
    async limits() {
      const { rateLimits } = await import('../drivers/rate-limits.js');
      const { connectRedis } = await import('../drivers/redis/connection.js');
      const { client, part } = connectRedis({ addr, log, name: 'redis-limits' });
      register(part);
      return rateLimits(client);
    },
  };
}
