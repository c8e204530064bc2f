/**
 * The sending side of the fan-out over Redis, from any process to gateways. A `send` is handed to Redis and not waited for;
 * while Redis is away it is dropped. It goes to the gateways whose connections are in its rooms (see news.ts). Everything
 * else goes to all gateways, in one order for all. A `join` is a promise as far as Redis takes it: every gateway that is
 * alive answers when it has carried it out, and hears the room from then on. A join that Redis does not take in time it
 * never gets, so that no later `leave` from another process is overtaken; it is made up for (see pending-refreshes.ts).
 * A `leave`, `close` or `refresh` is a promise: every gateway that is alive answers when it has
 * carried it out. One that does not answer within `currentMs` has by then lost the certainty of its rooms (see
 * gateway.ts) and must ask the database, so that after this time the promise is kept all the same. One that Redis does
 * not take is rejected, and made up for as well: whoever emitted it may be unable to. A join that is handed over together with
 * a promise is held to both: Redis has it in time or never. Who never promised before has no connection that hears answers: the first promise makes it, and may take that time. Replies come in on the
 * same connection.
 */
import { randomUUID } from 'node:crypto';
import type { Log } from '../../contract/function.js';
import type { Fanout, Step } from '../../contract/ports.js';
import { MANY } from './audience.js';
import { type Connect, type Hearing, type Lane, openLane } from './lane.js';
import { type Leases, redisLeases } from './leases.js';
import { newsSender } from './news.js';
import { pendingRefreshes } from './pending-refreshes.js';
import { isSentEvent } from './sent-events.js';
import { LANES } from './shards.js';

export interface RedisSenderOptions {
  readonly connect: Connect;
  readonly log: Log;
  /** Begins the names of all channels and keys; in a cluster their hash tags. */
  readonly prefix?: string;
  /** How long a gateway may be out of touch before it doubts its rooms; the same in all processes. */
  readonly currentMs?: number;
  /** How many gateways have to be there for events to go by shards, where one server carries all of them. */
  readonly many?: number;
}

export interface RedisSender extends Fanout {
  /** How many emissions were dropped. */
  dropped(): number;
  /** Connects what hears, unless it is connected already. */
  hear(): Hearing;
  /** What all gateways hear. */
  readonly control: Lane;
  /** What shards are divided among; where one server carries everything, that is the same. */
  readonly lanes: readonly Lane[];
  readonly leases: Leases;
}

export const DEFAULTS = { prefix: 'fanout', currentMs: 5_000, many: MANY };
/** A line about dropped sends, at most this often. */
const COMPLAIN_MS = 5_000;

/** The answers to one promise, and what to do when one more comes in. */
interface Answers {
  readonly from: Set<string>;
  look(): void;
}

export function redisSender(options: RedisSenderOptions): RedisSender {
  const { connect, log, prefix, currentMs, many } = { ...DEFAULTS, ...options };
  const opening = { connect, log, account: { inFlight: 0 }, timeoutMs: currentMs };
  const control = openLane({ ...opening, tag: prefix });
  const { channels, bus } = control;
  const { sharded } = channels;
  const lanes = sharded ? LANES.map(lane => openLane({ ...opening, tag: `${prefix}.${lane}` })) : [control];
  const connections = () => [...new Set([control, ...lanes])].flatMap(lane => lane.connections);
  const leases = redisLeases({ client: control.publisher, key: `${channels.prefix}-gateways`, leaseMs: currentMs });
  const pending = pendingRefreshes(bus, log);
  const sendNews = newsSender({ control, lanes, leases, many: sharded ? 1 : many, drop });
  const address = randomUUID();
  const answerTo = channels.answersOf(address);
  const promises = new Map<string, Answers>();
  let listening = false;
  let onReply: (replies: readonly unknown[]) => void = () => {};
  let dropped = 0;
  let complainedAt = 0;

  function hear(): Hearing {
    const hearing = control.hear();
    if (!listening) hearing.subscribe(answerTo, take);
    listening = true;
    return hearing;
  }

  function take(text: Buffer): void {
    const told = JSON.parse(text.toString()) as { id: string; gateway: string } | readonly unknown[];
    if ('id' in told) answered(told);
    else onReply(told);
  }

  function answered({ id, gateway }: { id: string; gateway: string }): void {
    const answers = promises.get(id);
    answers?.from.add(gateway);
    answers?.look();
  }

  function drop(thrown: unknown, events: number): void {
    dropped += events;
    if (Date.now() - complainedAt < COMPLAIN_MS) return;
    complainedAt = Date.now();
    log.warn({ err: thrown, dropped }, 'the fan-out drops what it should send');
  }

  async function keep(steps: readonly Step[]): Promise<void> {
    hear();
    const id = randomUUID();
    const answers: Answers = { from: new Set(), look: () => {} };
    promises.set(id, answers);
    try {
      const publish = steps.some(isJoin) ? bus.publishNowOrNever : bus.publish;
      await publish('fanout:emissions', { emissions: steps, promise: { id, answerTo } });
      await allAnswer(answers, leases.live(), currentMs);
    } catch (thrown) {
      pending.enqueue(steps, thrown);
      if (steps.some(isPromise)) throw thrown;
    } finally {
      promises.delete(id);
    }
  }

  return {
    name: 'fanout',
    state: () =>
      connections()
        .map(({ part }) => part.state())
        .find(state => state !== 'up') ?? 'up',
    dropped: () => dropped,
    hear,
    control,
    lanes,
    leases,
    emit: async steps => {
      if (steps.length === 0) return;
      if (steps.every(isSentEvent)) return sendNews(steps);
      if (steps.some(isPromise) || steps.some(isJoin)) return keep(steps);
      bus.publish('fanout:emissions', { emissions: steps }).catch(thrown => drop(thrown, steps.length));
    },
    address: () => {
      hear();
      return address;
    },
    reply: (to, replies) => bus.tell(channels.answersOf(to), replies),
    onReply: receive => {
      onReply = receive;
    },
    close: async () => {
      pending.close();
      await Promise.all(connections().map(({ part }) => part.close()));
    },
  };
}

const isJoin = (step: Step): boolean => 'join' in step;

const isPromise = (step: Step): boolean => 'leave' in step || 'close' in step || 'refresh' in step;

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
