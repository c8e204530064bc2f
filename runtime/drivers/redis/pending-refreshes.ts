/**
 * Joins, leaves and closes that Redis did not take. Handed over later they could overtake what came after them, and let
 * somebody into a room that they have been taken out of since, or the other way round; so what is pending instead is that
 * the connections that they are about ask for their rooms again, which is right whenever it happens, and as often.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Step } from '../../contract/ports.js';
import type { Bus } from './bus.js';

export interface PendingRefreshes {
  /** From now on until Redis takes it. Throws the failure when too many rooms are pending already. */
  enqueue(steps: readonly Step[], failure: unknown): void;
  /** What is still pending is lost; whoever connects anew does not need it. */
  close(): void;
}

/** Rooms whose connections are to ask again. */
const MOST_PENDING = 10_000;
const AGAIN_MS = 250;

export function pendingRefreshes(bus: Pick<Bus, 'publish'>, log: Log): PendingRefreshes {
  let pending = new Set<string>();
  let flushing = false;
  const closing = new AbortController();

  async function flush(): Promise<void> {
    flushing = true;
    while (pending.size > 0 && !closing.signal.aborted) {
      // What is added from here on may be younger than what is read because of this.
      const due = pending;
      pending = new Set();
      try {
        await bus.publish('fanout:emissions', { emissions: [...due].map(refresh => ({ refresh })) });
        log.info({ rooms: due.size }, 'what the fan-out could not hand over is made up for');
      } catch {
        for (const room of due) pending.add(room);
        await delay(AGAIN_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {});
      }
    }
    flushing = false;
  }

  return {
    enqueue(steps, failure) {
      const rooms = steps.flatMap(roomOf);
      if (pending.size + rooms.length > MOST_PENDING || closing.signal.aborted) throw Failure.from(failure);
      for (const room of rooms) pending.add(room);
      if (flushing) return;
      log.warn(
        { err: failure, rooms: rooms.length },
        'the fan-out cannot be reached: rooms are to be asked for when it can',
      );
      void flush();
    },
    close: () => closing.abort(),
  };
}

/** The room whose connections it is about. */
function roomOf(step: Step): string | [] {
  if ('send' in step) return [];
  if ('close' in step) return step.close;
  return 'refresh' in step ? step.refresh : step.of;
}
