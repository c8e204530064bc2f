/**
 * Fan-out over Redis, from any process to all gateways, in one order for all. A `send` is handed to Redis and not
 * waited for; while Redis is away it is dropped. A `join` is waited for until Redis has it, so that no later `leave`
 * from another process overtakes it; a gateway that does not hear it then has lost its subscription, and asks the
 * database for its rooms. A `leave` or `close` is a promise: every gateway that is alive answers when it has carried it
 * out. One that does not answer within `currentMs` has by then lost the certainty of its rooms (see gateway.ts) and must
 * ask the database, so that after this time the promise is kept all the same.
 */
import { randomUUID } from 'node:crypto';
import type { Log } from '../../contract/function.js';
import type { Emission } from '../../contract/outcome.js';
import type { GatewayFanout } from '../socketio/gateway-fanout.js';
import { redisBus } from './bus.js';
import type { RedisConnection } from './connection.js';
import { type RedisGateway, redisGateway } from './gateway.js';
import { redisLeases } from './leases.js';

export interface RedisFanoutOptions {
  /** Makes a connection that comes back by itself after every loss. */
  readonly connect: (role: 'publisher' | 'subscriber') => RedisConnection;
  readonly log: Log;
  /** Begins the names of all channels and keys. */
  readonly prefix?: string;
  /** How long a gateway may be out of touch before it doubts its rooms; the same in all processes. */
  readonly currentMs?: number;
  readonly pingMs?: number;
}

const CURRENT_MS = 5000;
const PING_MS = 1000;
/** A line about dropped sends, at most this often. */
const COMPLAIN_MS = 5000;

/** The answers to one promise, and what to do when one more comes in. */
interface Answers {
  readonly from: Set<string>;
  look(): void;
}

export function redisFanout(options: RedisFanoutOptions): GatewayFanout & { dropped(): number } {
  const { connect, log, prefix = 'fanout', currentMs = CURRENT_MS, pingMs = PING_MS } = options;
  const connections = [connect('publisher'), connect('subscriber')] as const;
  const [publisher, subscriber] = [connections[0].client, connections[1].client];
  for (const client of [publisher, subscriber]) {
    client.on('error', err => log.debug({ err }, 'a connection of the fan-out failed'));
  }
  const bus = redisBus({ publisher, subscriber, prefix, timeoutMs: currentMs });
  const leases = redisLeases({ client: publisher, key: `${prefix}-gateways`, leaseMs: currentMs });
  const promises = new Map<string, Answers>();
  const gateways: RedisGateway[] = [];
  let dropped = 0;
  let complainedAt = 0;

  bus.onAnswer((id, gateway) => {
    const answers = promises.get(id);
    answers?.from.add(gateway);
    answers?.look();
  });

  function drop(thrown: unknown, emissions: readonly Emission[]): void {
    dropped += emissions.length;
    if (Date.now() - complainedAt < COMPLAIN_MS) return;
    complainedAt = Date.now();
    log.warn({ err: thrown, dropped }, 'the fan-out drops what it should send');
  }

  async function keep(emissions: readonly Emission[]): Promise<void> {
    const id = randomUUID();
    const answers: Answers = { from: new Set(), look: () => {} };
    promises.set(id, answers);
    try {
      await bus.publish('fanout:emissions', { emissions, promise: { id, answerTo: bus.answerTo } });
      await allAnswer(answers, leases.live(), currentMs);
    } finally {
      promises.delete(id);
    }
  }

  return {
    name: 'fanout',
    state: () => {
      const away = connections.map(({ part }) => part.state()).find(state => state !== 'up');
      if (away) return away;
      return gateways.every(gateway => gateway.current()) ? 'up' : { down: 'not current with Redis' };
    },
    attach: gateway => {
      gateways.push(redisGateway({ gateway, bus, leases, subscriber, publisher, prefix, currentMs, pingMs, log }));
    },
    current: () => gateways.every(gateway => gateway.current()),
    dropped: () => dropped,
    emit: async emissions => {
      if (emissions.length === 0) return;
      if (emissions.some(emission => 'leave' in emission || 'close' in emission)) return keep(emissions);
      const taken = bus.publish('fanout:emissions', { emissions });
      if (emissions.some(emission => 'join' in emission)) return taken;
      taken.catch(thrown => drop(thrown, emissions));
    },
    close: async () => {
      await Promise.all(gateways.map(gateway => gateway.close()));
      await Promise.all(connections.map(({ part }) => part.close()));
    },
  };
}

/** Resolves when all that are alive have answered, and after the time in any case. */
function allAnswer(answers: Answers, live: Promise<readonly string[]>, withinMs: number): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, withinMs);
    live.then(
      gateways => {
        answers.look = () => {
          if (!gateways.every(gateway => answers.from.has(gateway))) return;
          clearTimeout(timer);
          resolve();
        };
        answers.look();
      },
      () => {},
    );
  });
}
