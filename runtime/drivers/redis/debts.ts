/**
 * Joins that Redis did not take. Handed over later they could overtake what came after them, and let somebody into a
 * room that they have been taken out of since; so what is owed instead is that the connections that should have joined
 * ask for their rooms again, which is right whenever it happens, and as often.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Emission } from '../../contract/outcome.js';
import type { Bus } from './bus.js';

export interface Debts {
  /** Takes the joins on. Throws the failure when too much is owed already. */
  owe(emissions: readonly Emission[], failure: unknown): void;
  /** What is still owed is lost; whoever connects anew does not need it. */
  close(): void;
}

/** Rooms whose connections are to ask again. */
const MOST_OWED = 10_000;
const AGAIN_MS = 250;

export function joinDebts(bus: Pick<Bus, 'publish'>, log: Log): Debts {
  let owed = new Set<string>();
  let paying = false;
  const closing = new AbortController();

  async function pay(): Promise<void> {
    paying = true;
    while (owed.size > 0 && !closing.signal.aborted) {
      // What is owed from here on may be younger than what is read because of this.
      const due = owed;
      owed = new Set();
      try {
        await bus.publish('fanout:emissions', { emissions: [...due].map(refresh => ({ refresh })) });
        log.info({ rooms: due.size }, 'the joins that the fan-out owed are made up for');
      } catch {
        for (const room of due) owed.add(room);
        await delay(AGAIN_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {});
      }
    }
    paying = false;
  }

  return {
    owe(emissions, failure) {
      const rooms = emissions.flatMap(emission => ('join' in emission ? emission.of : []));
      if (owed.size + rooms.length > MOST_OWED || closing.signal.aborted) throw Failure.from(failure);
      for (const room of rooms) owed.add(room);
      if (paying) return;
      log.warn({ err: failure, rooms: rooms.length }, 'the fan-out owes joins until it can be reached');
      void pay();
    },
    close: () => closing.abort(),
  };
}
