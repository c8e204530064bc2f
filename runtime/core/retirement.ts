/**
 * Says of the generations before the present one that nothing is left in them, which others would have to wait for: some
 * time after their way was closed, and when a fence has come through each of their queues.
 */
import type { SendFence } from './fence.js';
import type { Generations } from './generations.js';
import { partitionsOf } from './partitions.js';

/**
 * A publisher gives up what is not confirmed within 3 s, and the broker learns within one heartbeat or three that nobody
 * is there any more. What comes later was acknowledged to nobody. Replicas try at different times, so that mostly one does.
 */
const TIMES = { leastMs: 30_000, spreadMs: 10_000 };

export function createRetirement(options: {
  readonly generations: Pick<Generations, 'spec' | 'current' | 'before' | 'retireBefore' | 'watch'>;
  readonly fence: SendFence;
  readonly times?: typeof TIMES;
}): { stop(): void } {
  const { generations, fence, times = TIMES } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let present = 0;

  /** Whether it is the present one, and others before it are not retired. */
  const waits = (number: number): boolean => !stopped && number === present && generations.before(number).length > 0;

  function plan(number: number): void {
    if (!waits(number)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void retireBefore(number), times.leastMs + Math.random() * times.spreadMs).unref();
  }

  async function retireBefore(number: number): Promise<void> {
    const wanted = () => waits(number);
    const left = generations.before(number).flatMap(before => partitionsOf(generations.spec, before));
    await Promise.all(left.map(({ name }) => fence(name, wanted)));
    if (wanted()) await generations.retireBefore(number).catch(() => undefined);
    plan(number);
  }

  generations.watch(() => {
    const number = generations.current()?.number ?? present;
    if (number === present) return;
    present = number;
    plan(number);
  });

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
