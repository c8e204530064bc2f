/**
 * What the lanes of one queue have in common: one invocation for the batches of several. One is under way at a time;
 * batches that come meanwhile wait for the next one and share it. So a batch is worked on at once when there is little
 * to do, and when there is much, its cost is shared by all partitions of this replica.
 */
import type { Event } from '../contract/event.js';
import type { AnyFunction } from '../contract/function.js';
import type { Resolution, RunBatch } from './batch.js';
import type { Metrics } from './metrics.js';
import type { Destination } from './spans.js';

/** What a lane wants worked on, in the order of its queue. */
interface PendingBatch {
  readonly events: readonly Event[];
  /** Characters of JSON, about. */
  readonly text: number;
  readonly from: Destination;
}

/** Resolutions of the first events, of all in a batch. A lane hands in one batch at a time, so that its order holds. */
export type BatchCoalescer = (batch: PendingBatch) => Promise<readonly Resolution[]>;

interface Waiting extends PendingBatch {
  readonly resolve: (resolutions: readonly Resolution[]) => void;
  readonly reject: (thrown: unknown) => void;
}

export function createBatchCoalescer(options: {
  readonly fn: AnyFunction;
  /** Events in an invocation at most. */
  readonly size: number;
  /** JSON text in an invocation at most, but for a batch that has more by itself. */
  readonly mostText: number;
  readonly runBatch: RunBatch;
  readonly metrics: Pick<Metrics, 'batchItems'>;
}): BatchCoalescer {
  const { fn, size, mostText, runBatch, metrics } = options;
  // Those that take their events one by one would only wait for each other.
  if (!fn.batch) return ({ events, from }) => runBatch(fn, events, from);
  const waiting: Waiting[] = [];
  let busy = false;

  async function begin(): Promise<void> {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) await work(together());
    busy = false;
  }

  /** The first that waits, and as many of the others as fit. */
  function together(): readonly Waiting[] {
    let events = 0;
    let text = 0;
    const over = waiting.findIndex((batch, at) => {
      events += batch.events.length;
      text += batch.text;
      return at > 0 && (events > size || text > mostText);
    });
    return waiting.splice(0, over === -1 ? waiting.length : over);
  }

  async function work(batches: readonly Waiting[]): Promise<void> {
    const [only] = batches.length === 1 ? batches : [];
    const events = only ? only.events : batches.flatMap(batch => batch.events);
    const from = placeOf(batches);
    metrics.batchItems.observe({ queue: from.name }, events.length);
    try {
      const resolutions = await runBatch(fn, events, from);
      if (only) return only.resolve(resolutions);
      let end = 0;
      for (const { events, resolve } of batches) {
        const start = end;
        end += events.length;
        resolve(resolutions.slice(start, end));
      }
    } catch (thrown) {
      for (const { reject } of batches) reject(thrown);
    }
  }

  return batch =>
    new Promise((resolve, reject) => {
      waiting.push({ ...batch, resolve, reject });
      void begin();
    });
}

/** Of events from several partitions: the queue that they are partitions of. */
function placeOf([first, ...others]: readonly PendingBatch[]): Destination {
  const { partition, ...queue } = (first as PendingBatch).from;
  return others.length === 0 ? { ...queue, partition } : queue;
}
