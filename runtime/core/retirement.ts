/**
 * Says of the generations before the present one that nothing is left in them, which others would have to wait for: some
 * time after their way was closed, and when a fence has come through each of their queues.
 */
import type { Generations } from './generations.js';
import { partitionsOf } from './partitions.js';

/**
 * A publisher gives up what is not confirmed within 3 s, and the broker learns within one heartbeat or three that nobody
 * is there any more. What comes later was acknowledged to nobody.
 */
const RETIRE_MS = 30_000;
/** Replicas try at different times, so that mostly one does. */
const SPREAD_MS = 10_000;

export function createRetirement(options: {
  readonly generations: Pick<Generations, 'spec' | 'current' | 'before' | 'retireBefore' | 'watch'>;
  readonly fence: (queue: string) => Promise<boolean>;
}): { stop(): void } {
  const { generations, fence } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let waitsFor: number | undefined;

  function plan(): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void retire(), RETIRE_MS + Math.random() * SPREAD_MS).unref();
  }

  async function retire(): Promise<void> {
    const present = generations.current();
    const before = present && generations.before(present.number);
    if (!before) return;
    // A fence comes through a generation when the one before it has nothing left either.
    const passed = await Promise.all(partitionsOf(generations.spec, before).map(({ name }) => fence(name)));
    if (stopped || generations.current() !== present) return;
    if (passed.every(Boolean)) await generations.retireBefore(present.number).catch(() => undefined);
    if (generations.before(present.number)) plan();
  }

  generations.watch(() => {
    const present = generations.current();
    if (!present || present.number === waitsFor) return;
    waitsFor = present.number;
    if (generations.before(present.number)) plan();
  });

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
