/**
 * The generations of one queue's partitions. Which there are stands in a log at the broker that all processes follow. A
 * process that works the queue off has its say once, when it starts: where another number is in force than it is to have,
 * it proposes a generation.
 *
 * A generation is proposed in this order: its queues, a way to them that nobody knows, the end of the way before it, the
 * entry. So nobody publishes to two generations at once, whoever is late or dies: a publisher whose way is closed is told
 * so by the broker, and waits for the entry. Where none comes, whoever waits proposes the next one.
 */
import type { Log } from '../contract/function.js';
import type { Queues, Way } from '../contract/ports.js';
import type { QueueSpec } from '../contract/route.js';
import {
  type Generation,
  NO_PLAN,
  planAfter,
  unretiredBefore,
  writeGeneration,
  writeRetired,
} from './partition-plan.js';
import { partitionsOf } from './partitions.js';

/**
 * Entries that are there come within `quietMs` of each other. What was proposed, by anybody, is known within `againMs`, or
 * proposed again.
 */
const TIMES = { quietMs: 100, againMs: 1_000 };

export interface Generations {
  readonly spec: QueueSpec;
  /** Undefined until the log has been read. */
  current(): Generation | undefined;
  /** All that there have been, the oldest first. */
  all(): readonly Generation[];
  /** Those that this one follows and that anything may be left in. */
  before(number: number): readonly Generation[];
  /** A publisher was told that the way is closed. */
  closed(number: number): void;
  /** Nothing is left in those before it. */
  retireBefore(number: number): Promise<void>;
  /** Called at once, and whenever there is something new. */
  watch(look: () => void): void;
  stop(): void;
}

export interface GenerationsOptions {
  readonly spec: QueueSpec;
  readonly queues: Pick<Queues, 'follow' | 'append' | 'declare' | 'openWay' | 'closeWay'>;
  /** How many partitions there are to be; undefined for a process that leaves it to others. */
  readonly wanted?: number | undefined;
  readonly newId: () => string;
  readonly log: Log;
  readonly times?: typeof TIMES;
}

export const partitionLog = ({ name }: QueueSpec): string => `partitions.${name}`;

export function createGenerations(options: GenerationsOptions): Generations {
  const { spec, queues, wanted, newId, log, times = TIMES } = options;
  const name = partitionLog(spec);
  const watchers: (() => void)[] = [];
  const proposed: Generation[] = [];
  let plan = NO_PLAN;
  let closedNumber = -1;
  let hadItsSay = wanted === undefined;
  let busy = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const current = (): Generation | undefined => plan.generations.at(-1);
  const wayOf = (generation: Generation): Way => ({
    name: generation.way,
    queues: partitionsOf(spec, generation).map(queue => queue.name),
  });

  function lookIn(ms: number): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void look(), ms).unref();
  }

  queues.follow(name, entry => {
    const next = planAfter(plan, entry);
    if (next === plan) return;
    const isNew = next.generations !== plan.generations;
    plan = next;
    if (isNew) settleProposals();
    for (const watcher of watchers) watcher();
    lookIn(times.quietMs);
  });
  lookIn(times.quietMs);

  /** Of what was proposed as a generation that is another one now, nobody learns the way. */
  function settleProposals(): void {
    const generation = current() as Generation;
    log.info({ queue: spec.name, generation: generation.number, partitions: generation.partitions }, 'partitions');
    for (const each of proposed.splice(0)) {
      const accepted = plan.generations[each.number] as Generation;
      if (accepted.way === each.way) hadItsSay ||= each.partitions === wanted;
      else queues.closeWay(wayOf(each)).catch(() => undefined);
    }
  }

  /** The number of partitions that the next generation should have; undefined where there should be none. */
  function due(): number | undefined {
    const generation = current();
    if (!generation) return spec.partitions;
    hadItsSay ||= generation.partitions === wanted;
    if (!hadItsSay) return wanted;
    return closedNumber === generation.number ? generation.partitions : undefined;
  }

  async function look(): Promise<void> {
    const partitions = due();
    if (partitions === undefined || busy) return;
    busy = true;
    try {
      await propose(partitions);
    } catch (err) {
      log.debug({ queue: spec.name, err }, 'partitions could not be proposed yet');
    }
    busy = false;
    lookIn(times.againMs);
  }

  async function propose(partitions: number): Promise<void> {
    const before = current();
    const generation = { number: plan.generations.length, partitions, way: newId() };
    await queues.declare(partitionsOf(spec, generation));
    await queues.openWay(wayOf(generation));
    proposed.push(generation);
    if (before) await queues.closeWay(wayOf(before));
    await queues.append(name, writeGeneration(generation));
  }

  return {
    spec,
    current,
    all: () => plan.generations,
    before: number => unretiredBefore(plan, number),
    closed(number) {
      if (number <= closedNumber) return;
      closedNumber = number;
      if (current()?.number === number) lookIn(times.againMs);
    },
    retireBefore: number => queues.append(name, writeRetired(number)),
    watch(look) {
      watchers.push(look);
      look();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
