/** Everything that the processes of one simulation have in common: time, servers, counts, and what is broken on purpose. */

import type { ClientRules } from '../clients/library.js';
import type { Scheduler } from '../kernel/scheduler.js';
import type { Mutation } from '../mutations.js';
import { type Broker, createBroker } from '../parts/broker.js';
import { createDatabase } from '../parts/database.js';
import { createRedis, type RedisServer } from '../parts/redis.js';
import type { DatabaseServer } from '../parts/stores.js';
import { createTally, type Tally } from '../tally.js';
import type { Troubles } from './troubles.js';

export interface World {
  readonly scheduler: Scheduler;
  readonly broker: Broker;
  readonly redis: RedisServer;
  readonly databaseServer: DatabaseServer;
  readonly tally: Tally;
  readonly troubles: Troubles;
  readonly mutate: Pick<
    Mutation,
    'image' | 'retries' | 'queues' | 'fanout' | 'redis' | 'presence' | 'guard' | 'controls'
  >;
  readonly clientRules: ClientRules;
  /** How often each message was announced, by its id. */
  readonly announced: Map<string, number>;
  /** The highest change of each message that was announced, by its id. */
  readonly announcedChanges: Map<string, number>;
  /** What functions said that began after it was not so any more. */
  readonly outdated: Set<string>;
}

export function createWorld(scheduler: Scheduler, mutation: Mutation, troubles: Troubles): World {
  const tally = createTally();
  return {
    scheduler,
    broker: createBroker(scheduler, mutation.broker, tally),
    redis: createRedis(scheduler, mutation.books),
    databaseServer: {
      database: createDatabase(mutation.database, scheduler.now),
      up: true,
      epoch: 0,
      failures: { before: 0, after: 0 },
    },
    tally,
    troubles,
    mutate: mutation,
    clientRules: mutation.client,
    announced: new Map(),
    announcedChanges: new Map(),
    outdated: new Set(),
  };
}
