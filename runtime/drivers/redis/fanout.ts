/** The fan-out over Redis as a gateway has it: it sends like everybody (see sender.ts), and hears (see gateway.ts). */
import type { GatewayFanout } from '../socketio/gateway-fanout.js';
import { type RedisGateway, redisGateway } from './gateway.js';
import { DEFAULTS, type RedisSenderOptions, redisSender } from './sender.js';

export interface RedisFanoutOptions extends RedisSenderOptions {
  readonly pingMs?: number;
}

const PING_MS = 1000;

export function redisFanout(options: RedisFanoutOptions): GatewayFanout & { dropped(): number } {
  const settings = { ...DEFAULTS, pingMs: PING_MS, ...options };
  const sender = redisSender(settings);
  const { publisher, channels, bus, leases } = sender;
  const hearing = sender.hear();
  const gateways: RedisGateway[] = [];
  const current = () => gateways.every(gateway => gateway.current());

  return {
    name: sender.name,
    state: () => {
      const state = sender.state();
      return state === 'up' && !current() ? { down: 'not current with Redis' } : state;
    },
    attach: gateway => {
      gateways.push(redisGateway({ ...settings, ...hearing, publisher, channels, bus, leases, gateway }));
    },
    current,
    dropped: sender.dropped,
    emit: sender.emit,
    address: sender.address,
    reply: sender.reply,
    onReply: sender.onReply,
    close: async () => {
      await Promise.all(gateways.map(gateway => gateway.close()));
      await sender.close();
    },
  };
}
