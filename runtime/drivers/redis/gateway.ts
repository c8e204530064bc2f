/**
 * The hearing side of the fan-out: carries out what comes over its channels, and knows how far it has come.
 * A gateway sends itself numbered pings by the server that carries acts. A ping that was sent at T and has
 * come back proves that every act published before T has been carried out. When the subscription breaks, what was
 * missed is unknown: the receiver is told at once, and told again when a ping comes through the new subscription.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import { Server } from 'socket.io';
import type { Log } from '../../contract/function.js';
import type { Step } from '../../contract/ports.js';
import type { GatewayFanout, Interest } from '../socketio/gateway-fanout.js';
import { actsInTurn } from './acts.js';
import { HEARS_SHARDS } from './audience.js';
import type { Bus, Messages } from './bus.js';
import type { Channels } from './channels.js';
import { reconnect } from './connection.js';
import type { Hearing } from './lane.js';
import type { Leases } from './leases.js';
import { readEvents, readShort, type SentEvent } from './sent-events.js';

export interface GatewayOptions extends Hearing {
  readonly gateway: Parameters<GatewayFanout['attach']>[0];
  readonly bus: Bus;
  readonly leases: Leases;
  readonly publisher: Redis;
  readonly channels: Channels;
  /** Where shards are heard, and by which channels. */
  readonly shards: readonly (Pick<Hearing, 'subscribe'> & Pick<Channels, 'shards'>)[];
  readonly interest: Pick<Interest, 'hear'>;
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
const NONE: readonly Step[] = [];

export function redisGateway(options: GatewayOptions): RedisGateway {
  const { gateway, bus, leases, subscriber, subscribe, publisher, channels, interest, currentMs, pingMs, log } =
    options;
  const { receiver } = gateway;
  const id = `${randomUUID()}${HEARS_SHARDS}`;
  const own = channels.answersOf(id);
  /** Pings that have not come back, oldest first. */
  const sent = new Map<number, { readonly at: number; confirmed: boolean }>();
  let numbered = 0;
  let provenAt = Number.NEGATIVE_INFINITY;
  let broken = true;
  let closed = false;
  receiver.interrupted();

  const acts = actsInTurn({
    heard: steps => {
      const rooms = receiver.entering(steps);
      return rooms.length > 0 ? interest.hear(rooms) : undefined;
    },
    overflow: () => reconnect(subscriber),
  });
  subscribe(channels.news, text => hear(text, readEvents));
  for (const lane of options.shards) lane.subscribe(`${lane.shards}*`, text => hear(text, readShort));
  // Without clients: the adapter carries what servers say to each other, and which rooms a client is in is everybody's own.
  const servers = new Server();
  servers.on('fanout:emissions', message => {
    const { emissions, promise } = message as Messages['fanout:emissions'];
    acts.add(emissions, () => {
      receiver.apply(emissions);
      if (promise) bus.answer(promise, id);
    });
  });
  subscriber.on('close', broke);
  // It subscribes once, when it is made; the subscription outlives connections from then on.
  const listen = (): void => {
    servers.adapter(adapterOn(options));
    // Behind the adapter's channel of acts, in the order in which it is subscribed to after a loss as well.
    subscribe(own, text => {
      const { ping } = JSON.parse(text.toString()) as { ping: number };
      acts.add(NONE, () => returned(ping));
    });
  };
  if (subscriber.status === 'ready') listen();
  else subscriber.once('ready', listen);

  function hear(text: Buffer, read: (text: Buffer) => readonly SentEvent[]): void {
    acts.add(NONE, () => {
      try {
        receiver.apply(read(text));
      } catch (err) {
        log.warn({ err }, 'what came over the fan-out is no news');
      }
    });
  }

  function broke(): void {
    sent.clear();
    acts.clear();
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
    if (oldest?.confirmed && at - oldest.at > currentMs) return reconnect(subscriber);
    await leases.renew(id);
    numbered += 1;
    const mine = { at, confirmed: false };
    sent.set(numbered, mine);
    await bus.send(own, { ping: numbered });
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
