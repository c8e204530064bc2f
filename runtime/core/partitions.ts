/**
 * Which physical queue a publication goes to. A queue with partitions is split by hash of the key: everything with one
 * key is in one partition, in order, and partitions are worked on side by side. Another number of them moves keys, so it
 * is another *generation*, with physical queues of its own (see `generations.ts`).
 */
import type { FactBinding } from '../contract/ports.js';
import type { QueueSpec } from '../contract/route.js';
import type { Generation } from './partition-plan.js';

export interface PhysicalQueue {
  /** The queue that it is all or a part of. */
  readonly queue: string;
  readonly name: string;
  readonly ordered: boolean;
}

/** What decides about physical queues: their number, and which of the numbers that there have been it is. */
type Split = Pick<Generation, 'number' | 'partitions'>;

const FIRST = 0;
const asDeclared = ({ partitions }: QueueSpec): Split => ({ number: FIRST, partitions });

/** The first generation has the names that a queue has whose number never changes. */
const nameOf = ({ name }: QueueSpec, { number }: Split, part: number): string =>
  number === FIRST ? `${name}.${part}` : `${name}.${number}-${part}`;

/** As they are declared. */
export function physicalQueues(spec: QueueSpec): readonly PhysicalQueue[] {
  if (spec.partitions === 0) return [{ queue: spec.name, name: spec.name, ordered: false }];
  return partitionsOf(spec, asDeclared(spec));
}

/** Those of a generation. */
export function partitionsOf(spec: QueueSpec, split: Split): readonly PhysicalQueue[] {
  return Array.from({ length: split.partitions }, (_, part) => ({
    queue: spec.name,
    name: nameOf(spec, split, part),
    ordered: true,
  }));
}

/** The name of the physical queue for this key. */
export function physicalQueueOf(spec: QueueSpec, key: string | undefined, split = asDeclared(spec)): string {
  return spec.partitions === 0 ? spec.name : nameOf(spec, split, fnv1a(key ?? '') % split.partitions);
}

/**
 * The physical queues of one generation that may hold keys of a partition of another: those whose number is the same
 * modulo what the two numbers of partitions have in common.
 */
export function feedersOf(spec: QueueSpec, part: number, of: Split, before: Split): readonly string[] {
  const common = greatestCommonDivisor(of.partitions, before.partitions);
  return partitionsOf(spec, before).flatMap(({ name }, other) => (other % common === part % common ? [name] : []));
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** How finely facts are split: a subscriber's queue may have so many partitions, or a divisor of it. */
export const FACT_SLOTS = 64;

export const slotOf = (key: string | undefined): number => fnv1a(key ?? '') % FACT_SLOTS;

/** What of a fact each partition of a subscriber's queue gets, so that a key is in the partition that it has in any queue. */
export const bindingsOf = (spec: QueueSpec, type: string): readonly FactBinding[] =>
  physicalQueues(spec).map(({ name }, part) => ({ queue: name, type, part, of: Math.max(1, spec.partitions) }));

/** FNV-1a, 32 bits, over UTF-16 code units: the same in every process and every version. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
