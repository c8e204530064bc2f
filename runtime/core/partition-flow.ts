/**
 * Publications to a queue whose number of partitions may change. They go to one generation at a time: those to the next
 * one leave when all before them are confirmed or given up. What finds its way closed waits for the next generation, goes
 * to the partitions that its keys have there, and keeps its place before what was handed in after it.
 */
import { Failure } from '../contract/failure.js';
import { WayClosed } from '../contract/ports.js';
import { type Deferred, deferred } from '../deferred.js';
import type { Generations } from './generations.js';
import type { Generation } from './partition-plan.js';
import { physicalQueueOf } from './partitions.js';

/** What may wait for a generation and for how long, as for the broker: who waits longer takes it for silence. */
const MOST = { ms: 3_000, waiting: 10_000, bytes: 32 * 1024 * 1024 };

/** Publications that travel together, on one way. */
export interface Batch<Item> {
  readonly items: readonly Item[];
  readonly confirmed: Deferred<void>;
}

interface Waiting<Item> {
  readonly items: readonly Item[];
  readonly confirmed: Deferred<void>;
  readonly bytes: number;
  timer?: NodeJS.Timeout;
}

export interface PartitionFlow<Item> {
  /** The physical queue of the key, as of now. */
  laneOf(key: string | undefined): string;
  /**
   * Takes its place in the order of its key before it returns; when it is confirmed, or is known not to be. It goes to the
   * `lane` that its key has just now, or where it waits, to the one that its key has then.
   */
  place(item: Item, lane: string): Promise<void>;
  began(batch: Batch<Item>): void;
  /** Says whether the batch is placed anew: its publications are confirmed, or not, later. */
  ended(batch: Batch<Item>, failure?: unknown): boolean;
}

export function createPartitionFlow<Item extends { readonly key: string | undefined; readonly event: unknown }>(
  generations: Pick<Generations, 'spec' | 'current' | 'closed' | 'watch'>,
  /** Sends it with others to the physical queue, on the way. */
  launch: (queue: string, way: string, item: Item) => Promise<void>,
  most = MOST,
): PartitionFlow<Item> {
  const { spec } = generations;
  const open = new Set<Batch<Item>>();
  /** Those that are open and found their way closed, whatever the order in which they did. */
  const turnedBack = new Set<Batch<Item>>();
  let waiting: Waiting<Item>[] = [];
  let bytes = 0;
  /** The one that publications go to. */
  let generation: Generation | undefined;
  let closed = false;

  const moves = (): boolean => closed || generation === undefined || generation !== generations.current();

  function wait(items: readonly Item[], confirmed = deferred<void>()): Promise<void> {
    confirmed.promise.catch(() => {});
    const size = Buffer.byteLength(JSON.stringify(items.map(({ event }) => event)));
    if (waiting.length >= most.waiting || bytes + size > most.bytes) {
      confirmed.reject(new Failure('unavailable', 'too many messages wait for their partition'));
      return confirmed.promise;
    }
    const each: Waiting<Item> = { items, confirmed, bytes: size };
    each.timer = setTimeout(() => giveUp(each), most.ms);
    bytes += size;
    waiting.push(each);
    return confirmed.promise;
  }

  function giveUp(each: Waiting<Item>): void {
    waiting = waiting.filter(other => other !== each);
    bytes -= each.bytes;
    each.confirmed.reject(new Failure('unavailable', `the partitions of ${spec.name} are not known in time`));
  }

  /** Goes on with what waits, if there is a generation to go on with and nothing is under way in the one before. */
  function goOn(): void {
    const next = generations.current();
    if (!next || (closed && next === generation)) return;
    if (next !== generation && open.size > 0) return;
    generation = next;
    closed = false;
    const going = waiting;
    waiting = [];
    bytes = 0;
    for (const { items, confirmed, timer } of going) {
      clearTimeout(timer);
      Promise.all(items.map(item => send(item, laneOf(item.key)))).then(() => confirmed.resolve(), confirmed.reject);
    }
  }

  /** Until it is known what there is, what is declared. */
  const laneOf = (key: string | undefined): string => physicalQueueOf(spec, key, generations.current());
  const send = (item: Item, lane: string): Promise<void> => launch(lane, (generation as Generation).way, item);

  /** In the order in which they left, before what was handed in after them. */
  function placeAnew(): void {
    const later = waiting;
    waiting = [];
    for (const { items, confirmed } of open) void wait(items, confirmed);
    waiting.push(...later);
    open.clear();
    turnedBack.clear();
  }

  generations.watch(() => {
    if (moves()) goOn();
  });

  return {
    laneOf,
    place(item, lane) {
      if (moves()) goOn();
      return moves() || waiting.length > 0 ? wait([item]) : send(item, lane);
    },
    began: batch => void open.add(batch),
    ended(batch, failure) {
      const isTurnedBack = failure instanceof WayClosed;
      if (isTurnedBack) {
        closed = true;
        generations.closed((generation as Generation).number);
        turnedBack.add(batch);
      } else open.delete(batch);
      if (open.size === turnedBack.size) {
        placeAnew();
        if (moves()) goOn();
      }
      return isTurnedBack;
    },
  };
}
