/** The resources of a service that works on queues and has no clients: all on servers, and of the fan-out the sending side. */
import { memoize, type Opening, type Resources } from './resources.js';
import { toSink } from './sink.js';

/**
 * For a process that works on queues and has no clients: all on servers, and of the fan-out the sending side.
 *
 * @example
 * import { serverResources } from 'function-runtime/resources/servers';
 *
 * const open: Entrypoint['open'] = serverResources;
 */
export function serverResources(opening: Opening): Resources {
  const { config, log, owner, register } = opening;
  const { dsn = '', redisAddr: addr = '', amqpUrls: urls = [], amqpManagementUrl: managementUrl } = config;
  return memoize({
    async sql() {
      const { connectPostgres } = await import('../drivers/postgres/sql.js');
      return register(connectPostgres({ dsn, name: owner, log }));
    },
    async presence() {
      const { redisPresence } = await import('../drivers/redis/presence.js');
      const { connectRedis } = await import('../drivers/redis/connection.js');
      return register(
        redisPresence({ redis: connectRedis({ addr, log, name: 'redis', shard: 'presence' }), owner, log }),
      );
    },
    async queues() {
      const { connectAmqp } = await import('../drivers/amqp/queues.js');
      return register(await toSink(opening, connectAmqp({ urls, managementUrl, name: owner, log })));
    },
    async fanout() {
      const { redisSender } = await import('../drivers/redis/sender.js');
      const { connectAs } = await import('../drivers/redis/connection.js');
      return register(redisSender({ connect: connectAs({ addr, log }), log }));
    },
  });
}
