/**
 * Which physical queue a publication goes to. A queue with partitions is split by hash of the key: everything with one
 * key is in one partition, in order, and partitions are worked on side by side. Changing their number moves keys:
 * do it only when the queues are empty.
 */
import type { FactBinding } from '../contract/ports.js';
import type { QueueSpec } from '../contract/route.js';

export interface PhysicalQueue {
  /** The queue that it is all or a part of. */
  readonly queue: string;
  readonly name: string;
  readonly ordered: boolean;
}

export function physicalQueues(spec: QueueSpec): readonly PhysicalQueue[] {
  if (spec.partitions === 0) return [{ queue: spec.name, name: spec.name, ordered: false }];
  return Array.from({ length: spec.partitions }, (_, part) => ({
    queue: spec.name,
    name: `${spec.name}.${part}`,
    ordered: true,
  }));
}

/** The name of the physical queue for this key. */
export function physicalQueueOf(spec: QueueSpec, key: string | undefined): string {
  return spec.partitions === 0 ? spec.name : `${spec.name}.${fnv1a(key ?? '') % spec.partitions}`;
}

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
