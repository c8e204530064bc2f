/** What goes wrong in a simulation, by its seed: one after the other, and at the same time. */

import type { Line } from './clients/line.js';
import { latency } from './kernel/link.js';
import type { Process } from './system/process.js';
import type { World } from './system/world.js';

export interface Targets {
  readonly gateways: readonly Process[];
  readonly services: readonly Process[];
  readonly lines: readonly Line[];
}

type Fault = (world: World, targets: Targets) => void;

/** A broker gives a silent client up after two to three heartbeats of 5 s; so does Redis' keep-alive here. */
const GIVEN_UP_AFTER_MS = { least: 10_000, most: 15_000 };

const any = ({ gateways, services }: Targets) => [...gateways, ...services];

/** Kinds, and how often each is chosen. */
const FAULTS: Record<string, { readonly weight: number; readonly strike: Fault }> = {
  'process killed': {
    weight: 5,
    strike: ({ scheduler: { chance, after } }, targets) => {
      const process = chance.pick(any(targets));
      process.kill();
      after(chance.between(50, 3_000), undefined, `start ${process.name}`, process.start);
    },
  },
  'process drained': {
    weight: 2,
    strike: ({ scheduler: { chance, after } }, targets) => {
      const process = chance.pick(any(targets));
      process.terminate();
      after(chance.between(9_100, 10_000), undefined, `start ${process.name}`, process.start);
    },
  },
  'process frozen': {
    weight: 4,
    strike: ({ scheduler: { chance, after, now } }, targets) => {
      const process = chance.pick(any(targets));
      const ms = chance.between(300, chance.strikes(0.4) ? 25_000 : 4_000);
      const owner = process.owner();
      owner.frozenUntil = Math.max(owner.frozenUntil, now() + ms);
      const patience = chance.between(GIVEN_UP_AFTER_MS.least, GIVEN_UP_AFTER_MS.most);
      if (ms > patience) {
        after(patience, undefined, `${owner.name} is given up`, () => {
          if (process.owner() === owner) process.queues().cut('both');
        });
      }
    },
  },
  'no chat-svc': {
    weight: 1,
    strike: ({ scheduler: { chance, after } }, { services }) => {
      for (const process of services) {
        process.kill();
        after(chance.between(500, 12_000), undefined, `start ${process.name}`, process.start);
      }
    },
  },
  'broker connection cut': {
    weight: 4,
    strike: ({ scheduler: { chance } }, targets) => {
      chance
        .pick(any(targets))
        .queues()
        .cut(chance.pick(['publish', 'consume', 'both'] as const));
    },
  },
  'broker restarted': {
    weight: 2,
    strike: ({ scheduler: { chance }, broker }) => {
      if (broker.up) broker.goDown(chance.between(100, 4_000));
    },
  },
  'redis connection cut': {
    weight: 4,
    strike: ({ scheduler: { chance } }, targets) => {
      const connections = chance.pick(any(targets)).redis();
      if (connections.length > 0) chance.pick(connections).cut();
    },
  },
  'redis restarted empty': {
    weight: 2,
    strike: ({ scheduler: { chance }, redis }) => {
      if (redis.up) redis.goDown(chance.between(100, 6_000));
    },
  },
  'database restarted': {
    weight: 2,
    strike: ({ scheduler: { chance, after }, databaseServer }) => {
      databaseServer.up = false;
      databaseServer.epoch += 1;
      after(chance.between(100, 4_000), undefined, 'database is back', () => {
        databaseServer.up = true;
      });
    },
  },
  'database fails at random': {
    weight: 3,
    strike: ({ scheduler: { chance, after }, databaseServer: { failures } }) => {
      Object.assign(failures, { before: chance.between(0, 0.4), after: chance.between(0, 0.4) });
      after(chance.between(500, 4_000), undefined, 'database is well', () => {
        Object.assign(failures, { before: 0, after: 0 });
      });
    },
  },
  'network stalled': {
    weight: 5,
    strike: ({ scheduler: { chance, after } }, targets) => {
      const process = chance.pick(any(targets));
      const ms = chance.between(500, chance.strikes(0.5) ? 20_000 : 5_000);
      const redis = process.redis()[chance.below(2)];
      const which = chance.pick(['publish', 'consume', 'both'] as const);
      const hit = chance.below(3);
      if (hit === 0) return redis?.stall(ms);
      if (hit === 1) return chance.pick(targets.lines).stall(ms);
      const queues = process.queues();
      queues.stall(which, ms);
      const patience = chance.between(GIVEN_UP_AFTER_MS.least, GIVEN_UP_AFTER_MS.most);
      if (ms > patience) after(patience, undefined, `${process.name} is given up`, () => queues.cut(which));
    },
  },
  'client cut off': {
    weight: 4,
    strike: ({ scheduler: { chance } }, { lines }) => chance.pick(lines).cut(),
  },
};

const LOTS = Object.entries(FAULTS).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));

/** Plans the faults of a run; everything is back on its feet some seconds after the last one. */
export function planFaults(world: World, targets: Targets, { from, until }: { from: number; until: number }): void {
  const { scheduler, tally } = world;
  const { chance } = scheduler;
  const many = chance.strikes(0.1) ? 0 : 1 + chance.below(8);
  for (let i = 0; i < many; i++) {
    const name = chance.pick(LOTS);
    // Faults like company: half of them come right after another one began.
    const at = chance.between(from, until) + latency(scheduler);
    scheduler.at(at, undefined, `FAULT ${name}`, () => {
      tally.count(name);
      FAULTS[name]?.strike(world, targets);
    });
  }
}
