/** People all over many gateways, and what hearing of each other costs them, on a Redis that nobody else uses. */
import { freePort } from '#support/free-port.js';
import { startRedis } from '#support/redis.js';
import type { Figures, Side } from '../bench-case.js';
import { chatSide, type Talk } from './chat.js';
import { ONE_OF_EACH } from './fleet.js';

/** What all gateways together take for a message. */
export const ALL_GATEWAYS_CPU = 'CPU of all gateways µs/message';

export function gatewaysSide(talk: Talk, gateway: number, folder?: string): Side {
  const name = folder === undefined ? 'ours' : 'older build';
  return {
    name,
    async open(stage) {
      const port = await freePort();
      // Whoever shares a Redis hears what the others publish, whatever their numbered databases are.
      const redis = await startRedis(port);
      const side = chatSide(talk, {
        ...{ name, fleet: { ...ONE_OF_EACH, gateway }, redisPort: port },
        env: { REDIS_ADDR: `127.0.0.1:${port}` },
        ...(folder !== undefined && { folder }),
      });
      const opened = await side.open(stage).catch(async error => {
        await redis.kill();
        throw error;
      });
      if ('missing' in opened) {
        await redis.kill();
        return opened;
      }
      return {
        round: async length => withCpu(await opened.round(length)),
        async close() {
          await opened.close();
          await redis.kill();
        },
      };
    },
  };
}

/** Of deliveries there are several a message, and CPU is counted for each of them. */
function withCpu(figures: Figures): Figures {
  const { values, cpu } = figures;
  const each = values['deliveries/s']! / values['messages/s']!;
  return { ...figures, values: { ...values, [ALL_GATEWAYS_CPU]: cpu.gateway! * each } };
}
