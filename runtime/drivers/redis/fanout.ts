/** The fan-out over Redis as a gateway has it: it sends like everybody (see sender.ts), and hears (see gateway.ts). */
import type { GatewayFanout } from '../socketio/gateway-fanout.js';
import { openEar } from './ear.js';
import { type RedisGateway, redisGateway } from './gateway.js';
import { type InterestTimes, redisInterest } from './interest.js';
import { DEFAULTS, type RedisSenderOptions, redisSender } from './sender.js';

export interface RedisFanoutOptions extends RedisSenderOptions {
  readonly pingMs?: number;
  readonly interestTimes?: InterestTimes;
}

const PING_MS = 1000;

export function redisFanout(options: RedisFanoutOptions): GatewayFanout & { dropped(): number } {
  const settings = { ...DEFAULTS, pingMs: PING_MS, ...options };
  const sender = redisSender(settings);
  const { control, lanes, leases } = sender;
  const { publisher, channels, bus } = control;
  const hearing = sender.hear();
  const heard = lanes.map(lane => ({ ...lane.hear(), channels: lane.channels }));
  const interest = redisInterest(
    heard.map(({ subscriber, channels }) => openEar(subscriber, channels)),
    options.interestTimes,
  );
  const shards = heard.map(({ subscribe, channels }) => ({ subscribe, shards: channels.shards }));
  const gateways: RedisGateway[] = [];
  const current = () => gateways.every(gateway => gateway.current());

  return {
    name: sender.name,
    state: () => {
      const state = sender.state();
      return state === 'up' && !current() ? { down: 'not current with Redis' } : state;
    },
    attach: gateway => {
      const own = { publisher, channels, bus, leases, gateway, interest, shards };
      gateways.push(redisGateway({ ...settings, ...hearing, ...own }));
    },
    interest,
    current,
    dropped: sender.dropped,
    emit: sender.emit,
    address: sender.address,
    reply: sender.reply,
    onReply: sender.onReply,
    close: async () => {
      interest.close();
      await Promise.all(gateways.map(gateway => gateway.close()));
      await sender.close();
    },
  };
}
