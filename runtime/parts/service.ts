/** The parts of an image that works on queues and has no clients: all on servers, and of the fan-out the sending side. */
import type { Parts, Surroundings } from './parts.js';
import { toSink } from './sink.js';

export function serviceParts(surroundings: Surroundings): Parts {
  const { config, log, owner, keep } = surroundings;
  const { dsn = '', redisAddr: addr = '', amqpUrls: urls = [], amqpManagementUrl: managementUrl } = config;
  return {
    async sql() {
      const { connectPostgres } = await import('../drivers/postgres/sql.js');
      return keep(connectPostgres({ dsn, name: owner, log }));
    },
    async presence() {
      const { redisPresence } = await import('../drivers/redis/presence.js');
      const { connectRedis } = await import('../drivers/redis/connection.js');
      return keep(redisPresence({ redis: connectRedis({ addr, log, name: 'redis' }), owner, log }));
    },
    async queues() {
      const { connectAmqp } = await import('../drivers/amqp/queues.js');
      return keep(await toSink(surroundings, connectAmqp({ urls, managementUrl, name: owner, log })));
    },
    async fanout() {
      const { redisSender } = await import('../drivers/redis/sender.js');
      const { connectAs } = await import('../drivers/redis/connection.js');
      return keep(redisSender({ connect: connectAs({ addr, log }), log }));
    },
  };
}
