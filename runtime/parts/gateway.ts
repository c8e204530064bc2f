/** The parts of an image that clients connect to, all on servers. */
import type { GatewayParts, Surroundings } from './parts.js';
import { serviceParts } from './service.js';
import { tokensOf } from './tokens.js';

export function gatewayParts(surroundings: Surroundings): GatewayParts {
  const { config, log, keep } = surroundings;
  const { redisAddr: addr = '', jwtPrivateKeyPem: privateKeyPem = '' } = config;
  return {
    ...serviceParts(surroundings),
    async fanout() {
      const { redisFanout } = await import('../drivers/redis/fanout.js');
      const { connectAs } = await import('../drivers/redis/connection.js');
      return keep(redisFanout({ connect: connectAs({ addr, log }), log }));
    },
    async passwords() {
      const { argon2Passwords } = await import('../drivers/argon2.js');
      const { commonPasswords } = await import('../drivers/common-passwords.js');
      return { ...argon2Passwords(), isCommon: commonPasswords() };
    },
    registration: async () => ({ mode: () => config.registration }),
    tokens: () => tokensOf(config, privateKeyPem),
    async limits() {
      const { rateLimits } = await import('../drivers/rate-limits.js');
      const { connectRedis } = await import('../drivers/redis/connection.js');
      const { client, part } = connectRedis({ addr, log, name: 'redis-limits' });
      keep(part);
      return rateLimits(client);
    },
  };
}
