/** What a consumer that is measured gets, and what it found. Its queue is full when it begins. */
import type { CpuUse } from '../measure/cpu.js';
import type { Watched } from '../measure/processes.js';

export interface ConsumerPlan {
  readonly amqp: string;
  readonly queue: string;
  /** Messages in the queue. */
  readonly count: number;
  /** Messages that one invocation takes; 1 is one at a time. */
  readonly batch: number;
  /** For one that writes to a database. */
  readonly dsn?: string;
  readonly watched: Watched;
}

export interface ConsumerResult {
  /** From the start of consuming to the last acknowledgement. */
  readonly cpu: CpuUse;
  /** Of this process, exactly. */
  readonly consumerUs: number;
}

/** Counts from now on; the function that it returns ends it. */
export function measureConsumer(count: () => CpuUse): () => ConsumerResult {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { cpu: count(), consumerUs: user + system };
  };
}

/** Of the peers: messages that they may have in hand. */
export const PREFETCH = 500;

export const ITEM = 'bench.item.counted.v1';
