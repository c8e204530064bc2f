/**
 * Ways to break the system on purpose, each in the simulation's own wiring, to see that the simulation finds them.
 * `none` is the system as it is.
 */

import type { Message } from '#functions/domain/model.js';
import { room } from '#functions/domain/names.js';
import { persistMessage } from '#functions/messages/persistMessage.js';
import { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { BatchOutcome, Outcome } from '#runtime/contract/outcome.js';
import type { Presence, Step } from '#runtime/contract/ports.js';
import { type Guard, on, type Service } from '#runtime/contract/service.js';
import type { ControlLog } from '#runtime/drivers/socketio/control-log.js';
import type { GatewayFanout } from '#runtime/drivers/socketio/gateway-fanout.js';
import { changeMutations } from './change-mutations.js';
import type { ClientRules } from './clients/library.js';
import type { BrokerRules } from './parts/broker.js';
import type { DatabaseRules } from './parts/database.js';
import type { PresenceRules } from './parts/presence-steps.js';
import type { SimulatedQueues } from './parts/queues.js';
import { isShard, type SimulatedRedis } from './parts/redis.js';
import { replacing } from './system/replacing.js';
import { PassingDefect } from './system/troubles.js';

type Verdict = NonNullable<Outcome['verdict']>;

export interface Mutation {
  readonly what: string;
  readonly broker: BrokerRules;
  readonly database: DatabaseRules;
  readonly books: PresenceRules;
  readonly client: ClientRules;
  image(image: Service): Service;
  /** Around what goes wrong in functions: how it is tried again. */
  retries(image: Service): Service;
  queues(queues: SimulatedQueues): SimulatedQueues;
  fanout(fanout: GatewayFanout): GatewayFanout;
  redis(connection: SimulatedRedis): SimulatedRedis;
  presence(presence: Presence): Presence;
  guard(guard: Guard): Guard;
  controls(controls: ControlLog): ControlLog;
}

const none: Mutation = {
  what: 'the system as it is',
  broker: { singleActive: true, givesBackTo: 'place' },
  database: {
    idempotent: true,
    monotonic: true,
    writingReads: 'own',
    countsOwn: false,
    finds: 'as stored',
    resends: 'nothing',
    changes: {
      numbers: 'everything',
      deletes: 'for good',
      knowsEdits: true,
      reacts: 'as told',
      reactionsAre: 'in order',
    },
    sync: { comesTo: 'what it tells' },
    notes: { joins: true, leaves: true, sessions: true },
  },
  books: { lapses: true, restores: true, leaves: 'the connection' },
  client: { comparesRevs: true },
  image: image => image,
  retries: image => image,
  queues: queues => queues,
  fanout: fanout => fanout,
  redis: connection => connection,
  presence: presence => presence,
  guard: guard => guard,
  controls: controls => controls,
};

/** What cannot be handed over is never made up for: neither by who emitted it nor by looking at it again later. */
const toldOnce =
  (which: (step: Step) => boolean): Mutation['fanout'] =>
  fanout => ({
    ...fanout,
    emit: async steps => {
      const lost = fanout.state() !== 'up' && steps.some(which);
      if (lost) throw new Failure('unavailable', 'the fan-out is not connected');
      await fanout.emit(steps);
    },
  });

const isJoin = (step: Step): boolean => 'join' in step;
const isLeave = (step: Step): boolean => 'leave' in step;

type Channel = string | string[];

/** Has a connection do otherwise with the channels of shards. */
const onShards =
  (
    doing: 'subscribe' | 'unsubscribe',
    instead: (real: () => Promise<unknown>) => Promise<unknown>,
  ): Mutation['redis'] =>
  connection => {
    const real = connection.client[doing].bind(connection.client) as (...channels: Channel[]) => Promise<unknown>;
    const other = (...channels: Channel[]) =>
      channels.flat().every(isShard) ? instead(() => real(...channels)) : real(...channels);
    Object.assign(connection.client, { [doing]: other });
    return connection;
  };

const LATE_MS = 700;

/** Deliveries of these queues are acknowledged when they come. */
const ackFirst =
  (these: RegExp): Mutation['queues'] =>
  queues => ({
    ...queues,
    consume: (names, options, onDelivery) =>
      queues.consume(names, options, (delivery, name) => {
        if (!these.test(name)) return onDelivery(delivery, name);
        delivery.ack();
        const { body, replyTo } = delivery;
        onDelivery(
          { body, stale: false, ...(replyTo !== undefined && { replyTo }), ack: () => {}, dead: async () => {} },
          name,
        );
      }),
  });

/** Has batch functions answer an event that meets a passing defect alone, instead of failing on it. */
const onDefect =
  (verdict: Verdict, { oneByOne = false } = {}): Mutation['retries'] =>
  image => ({
    ...image,
    bindings: image.bindings.map(({ trigger, fn }) => on(trigger, fn.batch ? answering(fn, verdict, oneByOne) : fn)),
  });

function answering(fn: Extract<AnyFunction, { batch: true }>, verdict: Verdict, oneByOne: boolean): AnyFunction {
  const attempt: typeof fn.handle = async (context, events) => {
    try {
      return await fn.handle(context, events);
    } catch (thrown) {
      if (events.length > 1 || !(thrown instanceof PassingDefect)) throw thrown;
      return { items: [{ verdict }] };
    }
  };
  const each: typeof fn.handle = async (context, events) => {
    const outcomes: BatchOutcome[] = [];
    for (const event of events) outcomes.push(await attempt(context, [event]));
    return { items: outcomes.flatMap(({ items }) => items), emit: outcomes.flatMap(({ emit = [] }) => emit) };
  };
  return { ...fn, handle: oneByOne ? each : attempt };
}

const announcingAll: typeof persistMessage = {
  ...persistMessage,
  async handle(context, events) {
    const { items } = await persistMessage.handle(context, events);
    const rows = items.flatMap(({ reply }) => (reply ? [reply as Message] : []));
    return {
      items,
      emit: rows.map(row => ({ send: 'message:new', data: row, to: [room.chat(row.chatId)] })),
    };
  },
};

export const MUTATIONS = {
  none,
  'no-idempotency': {
    ...none,
    what: 'a message that comes again is stored again',
    database: { ...none.database, idempotent: false },
  },
  'reordered-redelivery': {
    ...none,
    what: 'the broker puts what was given back behind everything else, as quorum queues without a delivery limit do',
    broker: { ...none.broker, givesBackTo: 'tail' },
  },
  'many-active-consumers': {
    ...none,
    what: 'a partition is consumed by several replicas at once',
    broker: { ...none.broker, singleActive: false },
  },
  'ack-first': {
    ...none,
    what: 'messages are acknowledged when they come, not when they are done',
    queues: ackFirst(/^chat\.messages/),
  },
  'switch-without-fence': {
    ...none,
    what: 'new partitions are worked off at once, whatever is left in the former ones',
    queues: queues => ({
      ...queues,
      async publish(queue, body, options = {}) {
        if (!options.internal) return queues.publish(queue, body, options);
        const { id } = JSON.parse(body) as { id: string };
        setTimeout(() => options.replyTo?.receive([{ id, reply: true }]));
      },
    }),
  },
  'two-ways-at-once': {
    ...none,
    what: 'the way to the former partitions stays open, for whoever does not know the new ones yet',
    queues: queues => ({ ...queues, closeWay: async () => {} }),
  },
  'no-confirms': {
    ...none,
    what: 'a publish counts as safe when it is sent, not when the broker has confirmed it',
    queues: queues => ({
      ...queues,
      publish: async (...args) => {
        queues.publish(...args).catch(() => {});
      },
    }),
  },
  'unheard-room': {
    ...none,
    what: 'a gateway does not subscribe to the shards of the rooms that its connections are in',
    fanout: fanout => ({ ...fanout, interest: { hear: () => undefined, entered: () => {}, left: () => {} } }),
  },
  'unawaited-subscribe': {
    ...none,
    what: 'a subscription to a shard counts when it is sent, and takes a while',
    redis: onShards('subscribe', async real => void setTimeout(() => void real(), LATE_MS)),
  },
  'late-unsubscribe': {
    ...none,
    what: 'the end of a subscription to a shard overtakes its next beginning',
    redis: onShards('unsubscribe', async real => void setTimeout(() => void real().catch(() => {}), LATE_MS)),
  },
  'unfollowed-slot': {
    ...none,
    what: 'whoever hears shards whose slots move stays where they were',
    redis: connection => {
      connection.client.removeAllListeners('moved');
      return connection;
    },
  },
  'unkept-leave': {
    ...none,
    what: 'a removal is answered before the gateways have carried it out',
    fanout: fanout => ({
      ...fanout,
      emit: async steps => {
        fanout.emit(steps).catch(() => {});
      },
    }),
  },
  'unplaced-join': {
    ...none,
    what: 'an addition is answered before Redis has it, so that a removal may overtake it',
    fanout: fanout => ({
      ...fanout,
      emit: async steps => {
        const emitted = fanout.emit(steps);
        if (steps.some(isJoin)) emitted.catch(() => {});
        else await emitted;
      },
    }),
  },
  'forgotten-join': {
    ...none,
    what: 'a join that Redis does not take is answered as done, and never made up for',
    database: { ...none.database, notes: { ...none.database.notes, joins: false } },
    fanout: fanout => ({
      ...fanout,
      emit: async steps => {
        const lost = fanout.state() !== 'up' && steps.some(isJoin);
        if (!lost) await fanout.emit(steps);
      },
    }),
  },
  'late-join': {
    ...none,
    what: 'a join that Redis does not take is handed over later, whatever has been emitted since',
    fanout: fanout => ({
      ...fanout,
      async emit(steps) {
        if (fanout.state() === 'up' || !steps.some(isJoin)) return fanout.emit(steps);
        setTimeout(() => void this.emit(steps), 2_500);
      },
    }),
  },
  'emission-before-join': {
    ...none,
    what: 'who comes enters the room after what they should hear of it',
    fanout: fanout => {
      const held: Step[] = [];
      return {
        ...fanout,
        emit: async steps => {
          const others = steps.filter(step => !isJoin(step));
          held.push(...steps.filter(isJoin));
          if (others.length === 0) return;
          await fanout.emit(others);
          await fanout.emit(held.splice(0));
        },
      };
    },
  },
  'leave-before-emission': {
    ...none,
    what: 'who goes leaves the room before what they should hear of it',
    fanout: fanout => ({
      ...fanout,
      emit: steps => fanout.emit([...steps.filter(isLeave), ...steps.filter(step => !isLeave(step))]),
    }),
  },
  'leave-told-once': {
    ...none,
    what: 'a removal that the gateways did not hear of is not made up for',
    database: { ...none.database, notes: { ...none.database.notes, leaves: false } },
    fanout: toldOnce(isLeave),
  },
  'sign-out-told-once': {
    ...none,
    what: 'a sign-out that the gateways did not hear of is not made up for',
    database: { ...none.database, notes: { ...none.database.notes, sessions: false } },
    fanout: toldOnce(step => 'close' in step),
  },
  'session-asked-once': {
    ...none,
    what: 'whether a session stands is asked when a connection begins, and never again',
    guard: guard => ({
      ...guard,
      authorize: (ports, access, caller, data, now, since) =>
        guard.authorize(
          { ...(ports as object), sessions: { active: async () => true } } as never,
          access,
          caller,
          data,
          now,
          since,
        ),
    }),
  },
  'unmarked-handshake': {
    ...none,
    what: 'what happens while the rooms of a connection are asked for is not applied to the answer',
    controls: controls => ({ ...controls, mark: () => () => [] }),
  },
  'lost-receipts': {
    ...none,
    what: 'read receipts are acknowledged when they come, not when they are done',
    queues: ackFirst(/^read\.receipts/),
  },
  'receding-watermark': {
    ...none,
    what: 'a watermark goes where the latest receipt says, back as well',
    database: { ...none.database, monotonic: false },
  },
  'own-unread': {
    ...none,
    what: "one's own messages count as unread",
    database: { ...none.database, countsOwn: true },
  },
  'writing-reads': {
    ...none,
    what: 'who writes has read everything before it, seen or not',
    database: { ...none.database, writingReads: 'all' },
  },
  'overtaken-retry': {
    ...none,
    what: 'what follows an event that has to be tried again does not wait for it',
    retries: onDefect({ retry: 'a defect' }, { oneByOne: true }),
  },
  'forgotten-retry': {
    ...none,
    what: 'an event that met a defect is taken for done',
    retries: onDefect('ok'),
  },
  'buried-defect': {
    ...none,
    what: 'an event that met a defect is given no second chance',
    retries: onDefect({ dead: 'a defect' }),
  },
  'announced-resend': {
    ...none,
    what: 'every attempt at a message announces it, not only the event that it was stored for',
    image: image => replacing(image, announcingAll),
  },
  'unannounced-redelivery': {
    ...none,
    what: 'a message is announced by the statement that stores it only, not when its event is delivered again',
    database: { ...none.database, finds: 'under another id' },
  },
  'eternal-lease': {
    ...none,
    what: 'the connections of a gateway that is dead count for ever',
    books: { ...none.books, lapses: false },
  },
  'silent-lapse': {
    ...none,
    what: 'nobody is told of the users of a gateway that died',
    presence: presence => ({ ...presence, lapsed: async () => [] }),
  },
  'unrestored-books': {
    ...none,
    what: 'connections are not registered again when Redis has lost them',
    books: { ...none.books, restores: false },
  },
  ...changeMutations(none),
  'one-for-all': {
    ...none,
    what: "when one device leaves, all of its user's are taken off the books",
    books: { ...none.books, leaves: 'all of its user' },
  },
} satisfies Record<string, Mutation>;

export type MutationName = keyof typeof MUTATIONS;
