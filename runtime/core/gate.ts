/**
 * Holds the deliveries of a physical queue back until nothing is left, in the queues that had its keys before, of what was
 * published before them: for everything that has come so far it asks once, by a fence through each of those queues.
 * Whoever published there had its confirmation before it published here, so the fence is behind it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../contract/ports.js';

/** Between two tries, where a consumer did not answer. */
const AGAIN_MS = 200;

export interface Gate {
  take(delivery: Delivery): void;
  /** Hands over nothing more. What waits is delivered again elsewhere. */
  stop(): void;
}

export interface GateOptions {
  /** Those that may hold what has to be done first; none when nothing has to. */
  readonly feeders: () => readonly string[];
  readonly fence: (queue: string) => Promise<boolean>;
  readonly hand: (delivery: Delivery) => void;
}

export function createGate({ feeders, fence, hand }: GateOptions): Gate {
  let waiting: Delivery[] = [];
  let asking = false;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function pass(): Promise<void> {
    asking = true;
    while (waiting.length > 0 && !signal.aborted) {
      const asked = waiting;
      waiting = [];
      const passed = await Promise.all(feeders().map(fence));
      if (signal.aborted) break;
      if (passed.every(Boolean)) {
        for (const delivery of asked) hand(delivery);
      } else {
        // Those of a connection before this one come again.
        waiting = [...asked, ...waiting].filter(({ stale }) => !stale);
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    asking = false;
  }

  return {
    take(delivery) {
      if (signal.aborted) return;
      if (!asking && feeders().length === 0) return hand(delivery);
      waiting.push(delivery);
      if (!asking) void pass();
    },
    stop() {
      stopping.abort();
      waiting = [];
    },
  };
}
