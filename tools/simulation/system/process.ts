/**
 * A simulated process: a real image on the real host, with the simulation's parts. It can be killed between any two
 * awaits, frozen, drained, and started again with nothing in its memory.
 */
import type { MessageChanged } from '#functions/domain/change.js';
import type { Message } from '#functions/domain/model.js';
import { type Part, PRESENCE_LEASE_MS } from '#runtime/contract/ports.js';
import type { Service } from '#runtime/contract/service.js';
import type { Metrics } from '#runtime/core/metrics.js';
import { redisFanout } from '#runtime/drivers/redis/fanout.js';
import { redisPresence } from '#runtime/drivers/redis/presence.js';
import { controlLog } from '#runtime/drivers/socketio/control-log.js';
import type { GatewayFanout } from '#runtime/drivers/socketio/gateway-fanout.js';
import { host } from '#runtime/host.js';
import { EPOCH, uuid } from '../kernel/realm.js';
import type { Owner } from '../kernel/scheduler.js';
import { type SimulatedQueues, simulatedQueues } from '../parts/queues.js';
import { connectRedis, type SimulatedRedis } from '../parts/redis.js';
import { simulatedStores } from '../parts/stores.js';
import { type Front, simulatedEdge } from './gateway.js';
import { SCALE } from './images.js';
import { PassingDefect, troubled } from './troubles.js';
import { witnessed } from './witness.js';
import type { World } from './world.js';

const GRACE_MS = 9_000;
/** Shards come and go while people do. */
const INTEREST = { idleMs: 300, sweepMs: 100 };
/** A fifth of the real one, as the timers of the images here are. */
const LEASE_MS = PRESENCE_LEASE_MS / SCALE;

export interface Process {
  readonly name: string;
  readonly owner: () => Owner;
  /** Undefined while it is not there, and for images without clients. */
  front(): Front | undefined;
  /** All its parts are up. */
  ready(): boolean;
  queues(): SimulatedQueues;
  redis(): readonly SimulatedRedis[];
  kill(): void;
  /** Drains, and dies. */
  terminate(): void;
  /** How many partitions it wants when it starts from now on. */
  configure(partitions: number): void;
  start(): void;
}

interface Running {
  readonly owner: Owner;
  readonly queues: SimulatedQueues;
  readonly redis: SimulatedRedis[];
  readonly parts: readonly Part[];
  front(): Front | undefined;
  drain(): Promise<void>;
  cutAll(): void;
}

export function createProcess(world: World, image: Service, name: string): Process {
  const needsPresence = image.bindings.some(({ fn }) => fn.needs.includes('presence'));
  let starts = 0;
  let partitions: number | undefined;
  let running = run();

  function run(): Running {
    const { scheduler } = world;
    const owner: Owner = { name: `${name}#${++starts}`, alive: true, frozenUntil: 0 };
    const log = logOf(world);
    const redis: SimulatedRedis[] = [];
    const connect = (): SimulatedRedis => {
      const made = world.mutate.redis(connectRedis(scheduler, world.redis, owner));
      redis.push(made);
      return made;
    };
    const queues = world.mutate.queues(simulatedQueues(scheduler, world.broker, owner, log));
    const fanout = redisFanout({ connect, log, many: 1, interestTimes: INTEREST });
    const mutant = noting(world, world.mutate.fanout(fanout));
    const { edge, front, links } = simulatedEdge({
      scheduler,
      owner,
      fanout: mutant,
      controls: world.mutate.controls(controlLog()),
    });
    const settings = { owner: owner.name.replace('#', '.'), log, leaseMs: LEASE_MS };
    const presence = needsPresence
      ? world.mutate.presence(redisPresence({ redis: connect(), ...settings }))
      : undefined;
    let drain: Running['drain'] = async () => {};
    // Its first task, so that everything which it does is its own.
    scheduler.after(scheduler.chance.between(1, 300), owner, 'start', () => {
      void host({
        service: guarded(world, world.mutate.retries(troubled(world, witnessed(world, world.mutate.image(image))))),
        ports: { ...simulatedStores(scheduler, world.databaseServer, owner, world.tally), presence },
        queues,
        fanout: mutant,
        metrics: NO_METRICS,
        log,
        newId: newIds(world),
        ...(partitions !== undefined && { partitions }),
        ...(image.name === 'gateway' && { edge }),
      }).then(hosted => {
        drain = async () => {
          await hosted.drain(GRACE_MS * 0.7);
          await queues.close();
          await fanout.close();
          await presence?.close();
        };
      });
    });
    const cutAll = (): void => {
      queues.cut('both');
      for (const each of [...redis, ...links]) each.cut();
    };
    const parts = [queues, fanout, ...(presence ? [presence] : [])];
    return { owner, queues, redis, parts, front, drain: () => drain(), cutAll };
  }

  function kill(): void {
    if (!running.owner.alive) return;
    running.owner.alive = false;
    running.cutAll();
  }

  return {
    name,
    owner: () => running.owner,
    front: () => (running.owner.alive ? running.front() : undefined),
    ready: () => running.owner.alive && running.parts.every(part => part.state() === 'up'),
    queues: () => running.queues,
    redis: () => running.redis,
    kill,
    terminate() {
      const { owner } = running;
      const { scheduler } = world;
      const dies = (): void => {
        if (running.owner === owner) kill();
      };
      scheduler.after(0, owner, 'drain', () => void running.drain().then(dies));
      scheduler.after(GRACE_MS, undefined, 'grace is over', dies);
    },
    configure(wanted) {
      partitions = wanted;
    },
    start() {
      if (!running.owner.alive) running = run();
    },
  };
}

const guarded = ({ mutate }: World, image: Service): Service =>
  image.guard ? { ...image, guard: mutate.guard(image.guard) } : image;

/** UUIDs of version 7, out of virtual time and seeded chance. */
const newIds =
  ({ scheduler: { chance, now } }: World) =>
  (): string => {
    const bytes = Buffer.from(Array.from({ length: 16 }, () => chance.below(256)));
    bytes.writeUIntBE(EPOCH + Math.floor(now()), 0, 6);
    bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
    return uuid(bytes);
  };

/** Counts what is announced, whether or not it reaches anybody. */
const noting = ({ announced, announcedChanges }: World, fanout: GatewayFanout): GatewayFanout => ({
  ...fanout,
  emit(steps) {
    for (const step of steps) {
      if (!('send' in step)) continue;
      if (step.send === 'message:new') {
        const { id } = step.data as Message;
        announced.set(id, (announced.get(id) ?? 0) + 1);
      } else if (step.send === 'message:changed') {
        const { change, message } = step.data as MessageChanged;
        announcedChanges.set(message.id, Math.max(change, announcedChanges.get(message.id) ?? 0));
      }
    }
    return fanout.emit(steps);
  },
});

function logOf({ scheduler, tally }: World) {
  const line = (level: string) => (fields: object, message: string) =>
    scheduler.note(() => `log ${level}: ${message} ${'err' in fields ? String(fields.err) : ''}`);
  const error = line('error');
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error(fields: object, message: string) {
      if (!('err' in fields && fields.err instanceof PassingDefect)) tally.count('defect logged');
      error(fields, message);
    },
  };
}

const nothing = { inc: () => {}, observe: () => {}, startTimer: () => () => 0 };
const NO_METRICS = {
  invocations: nothing,
  duration: nothing,
  batchItems: nothing,
  retries: nothing,
  deadLetters: nothing,
  published: nothing,
  items: nothing,
  watchPool: () => {},
  watchQueues: () => {},
  worked: () => {},
  delivered: () => {},
} satisfies Record<Exclude<keyof Metrics, 'registry' | 'watchSockets'>, unknown> as unknown as Metrics;
