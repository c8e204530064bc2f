/**
 * Holds the deliveries of a physical queue back until nothing is left, in the queues that had its keys before, of what was
 * published before them: for everything that has come so far it asks once, by a fence through each of those queues.
 * Whoever published there had its confirmation before it published here, so the fence is behind it.
 */
import type { Delivery } from '../contract/ports.js';
import { holdsFence, type SendFence } from './fence.js';

export interface Gate {
  take(delivery: Delivery): void;
  /** Hands over nothing more. What waits is delivered again elsewhere. */
  stop(): void;
}

export interface GateOptions {
  /** Those that may hold what has to be done first; they become fewer, and none when nothing has to. */
  readonly feeders: () => readonly string[];
  readonly fence: SendFence;
  readonly hand: (delivery: Delivery) => void;
}

export function createGate({ feeders, fence, hand }: GateOptions): Gate {
  let waiting: Delivery[] = [];
  let asking = false;
  let stopped = false;

  async function pass(): Promise<void> {
    asking = true;
    for (handFences(); waiting.length > 0; handFences()) {
      const asked = waiting;
      waiting = [];
      await Promise.all(feeders().map(queue => fence(queue, () => !stopped && feeders().includes(queue))));
      if (stopped) return;
      for (const delivery of asked) hand(delivery);
    }
    asking = false;
  }

  /**
   * A fence waits for what is before it in this queue, and for no other: who sent it has sent one through each of those.
   * Were it to wait for fences of this gate, what each generation costs would be multiplied by what the one before it does.
   */
  function handFences(): void {
    for (let [next] = waiting; next && holdsFence(next.body); [next] = waiting) {
      waiting.shift();
      hand(next);
    }
  }

  return {
    take(delivery) {
      if (stopped) return;
      if (!asking && feeders().length === 0) return hand(delivery);
      // Those of a connection before this one come again.
      while (waiting[0]?.stale) waiting.shift();
      waiting.push(delivery);
      if (!asking) void pass();
    },
    stop() {
      stopped = true;
    },
  };
}
