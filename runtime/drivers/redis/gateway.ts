/**
 * The hearing side of the fan-out: carries out what comes over the channel, and knows how far it has come.
 * A gateway sends itself numbered pings the same way as everybody sends emissions. A ping that was sent at T and has
 * come back proves that everything published before T has been carried out. When the subscription breaks, what was
 * missed is unknown: the receiver is told at once, and told again when a ping comes through the new subscription.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import { Server } from 'socket.io';
import type { Log } from '../../contract/function.js';
import type { GatewayFanout } from '../socketio/gateway-fanout.js';
import type { Bus, Messages } from './bus.js';
import type { Channels } from './channels.js';
import type { Leases } from './leases.js';
import type { Hearing } from './sender.js';
import { readEvents } from './sent-events.js';

export interface GatewayOptions extends Hearing {
  readonly gateway: Parameters<GatewayFanout['attach']>[0];
  readonly bus: Bus;
  readonly leases: Leases;
  readonly publisher: Redis;
  readonly channels: Channels;
  readonly currentMs: number;
  readonly pingMs: number;
  readonly log: Log;
}

export interface RedisGateway {
  current(): boolean;
  /** No more pings, and no lease. */
  close(): Promise<void>;
}

/** How much of the time that a promise allows a gateway takes for itself; the rest is for clocks that run unevenly. */
const CAUTION = 0.9;
const HASTE_MS = 25;

export function redisGateway(options: GatewayOptions): RedisGateway {
  const { gateway, bus, leases, subscriber, subscribe, publisher, channels, currentMs, pingMs, log } = options;
  const { receiver } = gateway;
  const id = randomUUID();
  /** Pings that have not come back, oldest first. */
  const sent = new Map<number, { readonly at: number; confirmed: boolean }>();
  let numbered = 0;
  let provenAt = Number.NEGATIVE_INFINITY;
  let broken = true;
  let closed = false;
  receiver.interrupted();

  // Before those of the adapter: whoever hears a ping hears the news as well.
  const news = Buffer.from(channels.news);
  subscribe(channels.news);
  subscriber.on(channels.heard, (channel: Buffer, text: Buffer) => {
    if (channel.equals(news)) hear(text);
  });
  // Without clients: the adapter carries what servers say to each other, and which rooms a client is in is everybody's own.
  const servers = new Server();
  servers.on('fanout:emissions', message => {
    const { emissions, promise } = message as Messages['fanout:emissions'];
    receiver.apply(emissions);
    if (promise) bus.answer(promise, id);
  });
  servers.on('fanout:ping', message => {
    const { gateway, number } = message as Messages['fanout:ping'];
    if (gateway === id) returned(number);
  });
  subscriber.on('close', broke);
  // It subscribes once, when it is made; the subscription outlives connections from then on.
  const listen = (): void => void servers.adapter(adapterOn(options));
  if (subscriber.status === 'ready') listen();
  else subscriber.once('ready', listen);

  function hear(text: Buffer): void {
    try {
      receiver.apply(readEvents(text));
    } catch (err) {
      log.warn({ err }, 'what came over the fan-out is no news');
    }
  }

  function broke(): void {
    sent.clear();
    if (broken) return;
    broken = true;
    log.warn({ gateway: id }, 'the subscription of the fan-out broke: all rooms are in doubt');
    receiver.interrupted();
    leases.release(id).catch(() => {});
  }

  function returned(number: number): void {
    const ping = sent.get(number);
    if (!ping) return;
    const missed = [...sent].some(([earlier, { confirmed }]) => earlier < number && confirmed);
    if (missed) broke();
    for (const each of [...sent.keys()]) if (each <= number) sent.delete(each);
    provenAt = ping.at;
    if (!broken) return;
    broken = false;
    log.info({ gateway: id }, 'the subscription of the fan-out is whole: rooms are asked for');
    receiver.resumed();
  }

  /** The lease is renewed after the moment that the ping will prove: who is current has a lease. */
  async function ping(): Promise<void> {
    if (publisher.status !== 'ready' || subscriber.status !== 'ready') return;
    const at = performance.now();
    const [oldest] = sent.values();
    if (oldest?.confirmed && at - oldest.at > currentMs) return subscriber.disconnect(true);
    await leases.renew(id);
    numbered += 1;
    const mine = { at, confirmed: false };
    sent.set(numbered, mine);
    await bus.publish('fanout:ping', { gateway: id, number: numbered });
    mine.confirmed = true;
  }

  /** In haste while rooms are in doubt: nobody is served from memory until a ping has come back. */
  function pingLater(): void {
    if (closed) return;
    pinging = setTimeout(
      () =>
        void ping()
          .catch(() => {})
          .finally(pingLater),
      broken ? Math.min(HASTE_MS, pingMs) : pingMs,
    );
  }
  let pinging: NodeJS.Timeout;
  pingLater();

  return {
    current: () => !broken && performance.now() - provenAt < currentMs * CAUTION,
    close: async () => {
      closed = true;
      clearTimeout(pinging);
      subscriber.off('close', broke).off('ready', listen);
      broken = true;
      await leases.release(id).catch(() => {});
    },
  };
}

/** The sharded one subscribes by way of ours, for a channel's slot may be elsewhere by now, which it does not expect. */
function adapterOn({ publisher, subscriber, subscribe, channels: { sharded, prefix } }: GatewayOptions) {
  if (!sharded) return createAdapter(publisher, subscriber, { key: prefix });
  const hears = { on: subscriber.on.bind(subscriber), ssubscribe: subscribe };
  return createShardedAdapter(publisher, hears, { channelPrefix: prefix, subscriptionMode: 'static' });
}
