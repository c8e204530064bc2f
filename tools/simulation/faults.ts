/** What goes wrong in a simulation, by its seed: one after the other, and at the same time. */

import type { Line } from './clients/line.js';
import { latency } from './kernel/link.js';
import type { Chance } from './kernel/random.js';
import type { Process } from './system/process.js';
import type { World } from './system/world.js';

export interface Targets {
  readonly gateways: readonly Process[];
  readonly services: readonly Process[];
  readonly presences: readonly Process[];
  readonly lines: readonly Line[];
}

/** Strikes, and answers how long it is until nothing of it is left, in ms. */
type Fault = (world: World, targets: Targets) => number;

/** A broker gives a silent client up after two to three heartbeats of 5 s, a client of Redis its server after 3 s. */
const BROKER_PATIENCE_MS = { least: 10_000, most: 15_000 };
const REDIS_PATIENCE_MS = { least: 3_000, most: 6_000 };

/** As long as the first process that wants another number of partitions takes to be there. */
const REPARTITION_MS = 12_000;

const any = ({ gateways, services, presences }: Targets) => [...gateways, ...services, ...presences];
const patience = (chance: Chance, { least, most }: typeof BROKER_PATIENCE_MS) => chance.between(least, most);

/** Kinds, and how often each is chosen. */
const FAULTS: Record<string, { readonly weight: number; readonly strike: Fault }> = {
  'process killed': {
    weight: 5,
    strike: ({ scheduler: { chance, after } }, targets) => {
      const process = chance.pick(any(targets));
      const ms = chance.between(50, 3_000);
      process.kill();
      after(ms, undefined, `start ${process.name}`, process.start);
      return ms;
    },
  },
  'process drained': {
    weight: 2,
    strike: ({ scheduler: { chance, after } }, targets) => {
      const process = chance.pick(any(targets));
      const ms = chance.between(9_100, 10_000);
      process.terminate();
      after(ms, undefined, `start ${process.name}`, process.start);
      return ms;
    },
  },
  'process frozen': {
    weight: 4,
    strike: ({ scheduler: { chance, after, now } }, targets) => {
      const process = chance.pick(any(targets));
      const ms = chance.between(300, chance.strikes(0.4) ? 25_000 : 4_000);
      const owner = process.owner();
      owner.frozenUntil = Math.max(owner.frozenUntil, now() + ms);
      const givenUpAfter = patience(chance, BROKER_PATIENCE_MS);
      if (ms > givenUpAfter) {
        after(givenUpAfter, undefined, `${owner.name} is given up`, () => {
          if (process.owner() === owner) process.queues().cut('both');
        });
      }
      return ms;
    },
  },
  'no chat-svc': {
    weight: 1,
    strike: ({ scheduler: { chance, after } }, { services }) => {
      const times = services.map(() => chance.between(500, 12_000));
      for (const [at, process] of services.entries()) {
        process.kill();
        after(times[at] as number, undefined, `start ${process.name}`, process.start);
      }
      return Math.max(...times);
    },
  },
  repartition: {
    weight: 0,
    strike: ({ scheduler: { chance, after } }, { services }) => {
      const partitions = chance.pick([1, 2, 3, 4, 6]);
      const gently = chance.strikes(0.3);
      let ms = 0;
      for (const process of services) {
        ms += chance.between(0, 1_500);
        after(ms, undefined, `${process.name} goes for ${partitions} partitions`, () => {
          process.configure(partitions);
          if (gently) process.terminate();
          else process.kill();
        });
        ms += gently ? chance.between(9_100, 10_000) : chance.between(50, 2_000);
        after(ms, undefined, `start ${process.name}`, process.start);
        // Some updates are given up in the middle, or stay there.
        if (chance.strikes(0.2)) break;
      }
      return ms;
    },
  },
  'partitions heard late': {
    weight: 0,
    // A gateway goes on with the former ones, and whoever has messages of the new ones hears late that those are done.
    strike: ({ scheduler: { chance, after }, broker }, { gateways, services }) => {
      const ms = chance.between(REDIS_PATIENCE_MS.least, REDIS_PATIENCE_MS.most);
      const late = chance.pick(gateways);
      const forget = broker.onEntry(() => {
        late.queues().lag(ms);
        for (const process of services) for (const connection of process.redis()) connection.stall(ms);
      });
      after(REPARTITION_MS, undefined, 'partitions are heard in time', forget);
      return REPARTITION_MS + ms;
    },
  },
  'broker connection cut': {
    weight: 4,
    strike: ({ scheduler: { chance } }, targets) => {
      chance
        .pick(any(targets))
        .queues()
        .cut(chance.pick(['publish', 'consume', 'both'] as const));
      return 0;
    },
  },
  'broker restarted': {
    weight: 2,
    strike: ({ scheduler: { chance }, broker }) => {
      const ms = chance.between(100, 4_000);
      if (broker.up) broker.goDown(ms);
      return ms;
    },
  },
  'broker blocks': {
    weight: 2,
    strike: ({ scheduler: { chance }, broker }) => {
      const ms = chance.between(300, 5_000);
      broker.block(ms);
      return ms;
    },
  },
  'redis connection cut': {
    weight: 4,
    strike: ({ scheduler: { chance } }, targets) => {
      const connections = chance.pick(any(targets)).redis();
      if (connections.length > 0) chance.pick(connections).cut();
      return 0;
    },
  },
  'redis restarted empty': {
    weight: 2,
    strike: ({ scheduler: { chance }, redis }) => {
      const ms = chance.between(100, 6_000);
      if (redis.up) redis.goDown(ms);
      return ms;
    },
  },
  'slots moved': {
    weight: 3,
    strike: ({ redis }) => {
      redis.moveShards();
      return 0;
    },
  },
  'database restarted': {
    weight: 2,
    strike: ({ scheduler: { chance, after }, databaseServer }) => {
      const ms = chance.between(100, 4_000);
      databaseServer.up = false;
      databaseServer.epoch += 1;
      after(ms, undefined, 'database is back', () => {
        databaseServer.up = true;
      });
      return ms;
    },
  },
  'database fails at random': {
    weight: 3,
    strike: ({ scheduler: { chance, after }, databaseServer: { failures } }) => {
      const ms = chance.between(500, 4_000);
      Object.assign(failures, { before: chance.between(0, 0.4), after: chance.between(0, 0.4) });
      after(ms, undefined, 'database is well', () => {
        Object.assign(failures, { before: 0, after: 0 });
      });
      return ms;
    },
  },
  'network stalled': {
    weight: 5,
    strike: ({ scheduler: { chance, after } }, targets) => {
      const process = chance.pick(any(targets));
      const ms = chance.between(500, chance.strikes(0.5) ? 20_000 : 5_000);
      const redis = process.redis()[chance.below(3)];
      const which = chance.pick(['publish', 'consume', 'both'] as const);
      const hit = chance.below(3);
      if (hit === 0) {
        redis?.stall(ms);
        const givenUpAfter = patience(chance, REDIS_PATIENCE_MS);
        if (redis && ms > givenUpAfter) after(givenUpAfter, undefined, `${process.name} gives redis up`, redis.cut);
      } else if (hit === 1) chance.pick(targets.lines).stall(ms);
      else {
        const queues = process.queues();
        queues.stall(which, ms);
        const givenUpAfter = patience(chance, BROKER_PATIENCE_MS);
        if (ms > givenUpAfter) after(givenUpAfter, undefined, `${process.name} is given up`, () => queues.cut(which));
      }
      return ms;
    },
  },
  'client cut off': {
    weight: 4,
    strike: ({ scheduler: { chance } }, { lines }) => {
      chance.pick(lines).cut();
      return 0;
    },
  },
};

const LOTS = Object.entries(FAULTS).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));

/**
 * Runs that have a repartition, and those of them in which a gateway hears of it late. They have a chance of their own:
 * seeds without one keep their histories.
 */
const LIKELY = { repartition: 0.3, late: 0.5 };

/** Plans the faults of a run, and answers when nothing is left of those that have struck. */
export function planFaults(
  world: World,
  targets: Targets,
  { from, until }: { from: number; until: number },
  apart: Chance,
) {
  const { scheduler, tally, troubles } = world;
  const { chance } = scheduler;
  let calmAt = until;
  const plan = (name: string, at: number): void => {
    scheduler.at(at, undefined, `FAULT ${name}`, () => {
      tally.count(name);
      const ms = FAULTS[name]?.strike(world, targets) ?? 0;
      calmAt = Math.max(calmAt, scheduler.now() + ms);
    });
  };
  const many = chance.strikes(0.1) ? 0 : 1 + chance.below(8);
  for (let i = 0; i < many; i++) {
    const name = chance.pick(LOTS);
    // Faults like company: half of them come right after another one began.
    plan(name, chance.between(from, until) + latency(scheduler));
  }
  if (apart.strikes(LIKELY.repartition)) {
    const at = apart.between(from, until);
    plan('repartition', at);
    if (apart.strikes(LIKELY.late)) plan('partitions heard late', at);
  }
  for (const { at, ms } of troubles.planned(from, until)) {
    scheduler.at(at, undefined, 'FAULT functions fail in passing', () => {
      tally.count('functions fail in passing');
      troubles.until = scheduler.now() + ms;
      calmAt = Math.max(calmAt, troubles.until);
    });
  }
  return { calmAt: (): number => calmAt };
}
