/**
 * Ways to break the system on purpose, each in the simulation's own wiring, to see that the simulation finds them.
 * `none` is the system as it is.
 */
import type { GatewayFanout } from '../../runtime/drivers/socketio/gateway-fanout.js';
import type { BrokerRules } from './parts/broker.js';
import type { DatabaseRules } from './parts/database.js';
import type { SimulatedQueues } from './parts/queues.js';

export interface Mutation {
  readonly what: string;
  readonly broker: BrokerRules;
  readonly database: DatabaseRules;
  queues(queues: SimulatedQueues): SimulatedQueues;
  fanout(fanout: GatewayFanout): GatewayFanout;
}

const none: Mutation = {
  what: 'the system as it is',
  broker: { singleActive: true, givesBackTo: 'place' },
  database: { idempotent: true },
  queues: queues => queues,
  fanout: fanout => fanout,
};

export const MUTATIONS = {
  none,
  'no-idempotency': {
    ...none,
    what: 'a message that comes again is stored again',
    database: { idempotent: false },
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
    what: 'a delivery is acknowledged when it comes, not when it is done',
    queues: queues => ({
      ...queues,
      consume: (name, options, onDelivery) =>
        queues.consume(name, options, delivery => {
          delivery.ack();
          onDelivery({ ...delivery, ack: () => {}, dead: async () => {} });
        }),
    }),
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
  'unkept-leave': {
    ...none,
    what: 'a removal is answered before the gateways have carried it out',
    fanout: fanout => ({
      ...fanout,
      emit: async emissions => {
        fanout.emit(emissions).catch(() => {});
      },
    }),
  },
  'unplaced-join': {
    ...none,
    what: 'an addition is answered before Redis has it, so that a removal may overtake it',
    fanout: fanout => ({
      ...fanout,
      emit: async emissions => {
        const emitted = fanout.emit(emissions);
        if (emissions.some(emission => 'join' in emission)) emitted.catch(() => {});
        else await emitted;
      },
    }),
  },
} satisfies Record<string, Mutation>;

export type MutationName = keyof typeof MUTATIONS;
