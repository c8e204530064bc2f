/** What a consumer that is measured gets, and what it found. Its queue is full when it begins. */
import { type CpuUse, countCpu } from '../measure/cpu.js';
import type { Watched } from '../measure/processes.js';

export interface ConsumerPlan {
  readonly amqp: string;
  readonly queue: string;
  /** The first so many are not measured: a consumer that runs for days has its code compiled. */
  readonly warm: number;
  /** Messages that are measured. The queue holds these and the first ones. */
  readonly count: number;
  /** Messages that one invocation takes; 1 is one at a time. */
  readonly batch: number;
  /** Of ours: each item is told as a fact, which nobody subscribes to. */
  readonly tells?: boolean;
  /** For one that writes to a database. */
  readonly dsn?: string;
  /** For one that tells what it did. */
  readonly redis?: string;
  readonly watched: Watched;
}

export interface ConsumerResult {
  /** From the last of the first ones to the last acknowledgement. */
  readonly cpu: CpuUse;
  /** Of this process, exactly. */
  readonly consumerUs: number;
}

export interface Tally {
  /** One more message is done. */
  see(): void;
  /** Resolves when all are done. */
  readonly finished: Promise<void>;
  /** What those that count have taken until now. */
  result(): ConsumerResult;
}

export function tally({ warm, count, watched }: ConsumerPlan): Tally {
  let seen = 0;
  let finish = (): void => {};
  let result = warm === 0 ? measure() : undefined;
  const finished = new Promise<void>(resolve => {
    finish = resolve;
  });

  function measure(): () => ConsumerResult {
    const before = process.cpuUsage();
    const use = countCpu(watched);
    return () => {
      const { user, system } = process.cpuUsage(before);
      return { cpu: use(), consumerUs: user + system };
    };
  }

  return {
    see() {
      seen++;
      if (seen === warm) result = measure();
      if (seen === warm + count) finish();
    },
    finished,
    result() {
      if (!result) throw new Error('nothing was measured');
      return result();
    },
  };
}

/** Of the peers: messages that they may have in hand. */
export const PREFETCH = 500;

export const ITEM = 'bench.item.counted.v1';
