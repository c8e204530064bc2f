/**
 * Sends events: those of one turn of the event loop travel together, one message a lane (a physical queue, or a slot of
 * facts), in the order in which they were handed in; and so do those that come until the broker has confirmed that message,
 * so that they leave at once when there are few, and in few messages when there are many.
 */
import type { Event } from '../contract/event.js';
import { type Queues, type ReplyTo, type Topic, WayClosed } from '../contract/ports.js';
import { type Deferred, deferred } from '../deferred.js';
import { EphemeralMap } from './ephemeral-map.js';
import type { Metrics } from './metrics.js';
import type { PartitionFlow } from './partition-flow.js';

/** What one message carries at most, so that a consumer's prefetch bounds its memory: so many events, so many bytes. */
const MOST_EVENTS = 64;
const MOST_BYTES = 32 * 1024;

/** How long events wait for the confirmation of those before them. */
const MOST_WAIT_MS = 10;

export interface OutgoingEvent {
  readonly event: Event;
  /** What orders it. */
  readonly key: string | undefined;
  /** Of a fact; all others go to the queue that their lane is. */
  readonly topic?: Topic | undefined;
  readonly wantsReply: boolean;
}

interface DispatchBatch {
  /** As metrics name it. */
  readonly name: string;
  readonly passage: Passage | undefined;
  readonly items: OutgoingEvent[];
  readonly confirmed: Deferred<void>;
}

/** How what a lane carries gets to a queue whose number of partitions may change. */
interface Passage {
  readonly way: string;
  readonly flow: PartitionFlow<OutgoingEvent>;
}

export interface Dispatcher {
  /** Takes its place in the lane's order before it returns; when it is confirmed, or is known not to be. */
  add(lane: string, name: string, item: OutgoingEvent, passage?: Passage): Promise<void>;
}

export function createDispatcher(options: {
  queues: Pick<Queues, 'publish' | 'announce'>;
  replyTo: ReplyTo;
  metrics?: Pick<Metrics, 'published'>;
}): Dispatcher {
  const { queues, replyTo, metrics } = options;
  /** What has not left yet, by lane. */
  const batches = new EphemeralMap<string, DispatchBatch>();
  /** Set from the moment that something is to leave until it is confirmed, or overdue. */
  let busy = false;

  /** All lanes together: the broker, and whoever consumes, are woken once for all. */
  function flush(): void {
    const leaving = [...batches.takeAll()].map(async ([lane, batch]) => {
      const { name, passage, items, confirmed } = batch;
      try {
        await send(lane, batch);
        metrics?.published.inc({ queue: name }, items.length);
        passage?.flow.ended(batch);
        confirmed.resolve();
      } catch (failure) {
        if (!passage?.flow.ended(batch, failure)) confirmed.reject(failure);
      }
    });
    let done = false;
    const next = (): void => {
      if (done) return;
      done = true;
      clearTimeout(overdue);
      busy = batches.size > 0;
      if (busy) flush();
    };
    const overdue = setTimeout(next, MOST_WAIT_MS);
    void Promise.all(leaving).then(next);
  }

  /** In as few messages as may be; those that want replies keep the order with those that do not. */
  function send(lane: string, { items, passage }: DispatchBatch): Promise<unknown> {
    const way = passage && { way: passage.way };
    return whenSettled(
      messagesOf(items).map(({ body, topic, wantsReply }) =>
        topic
          ? queues.announce(topic, body)
          : queues.publish(lane, body, wantsReply || way ? { ...(wantsReply && { replyTo }), ...way } : {}),
      ),
    );
  }

  return {
    add(lane, name, item, passage) {
      let batch = batches.get(lane);
      if (!batch) {
        if (!busy) setImmediate(flush);
        busy = true;
        batch = openBatch(name, passage);
        batches.set(lane, batch);
        passage?.flow.began(batch);
      }
      batch.items.push(item);
      return batch.confirmed.promise;
    },
  };
}

interface Message {
  readonly body: string;
  readonly topic: Topic | undefined;
  readonly wantsReply: boolean;
}

/** One event alone, or several as a batch, facts of one type only. An event is never cut, however large. */
function messagesOf(items: readonly OutgoingEvent[]): readonly Message[] {
  const messages: { texts: string[]; bytes: number; topic: Topic | undefined; wantsReply: boolean }[] = [];
  for (const { event, topic, wantsReply } of items) {
    const text = JSON.stringify(event);
    const bytes = Buffer.byteLength(text);
    const last = messages.at(-1);
    const fits = last && last.texts.length < MOST_EVENTS && last.bytes + bytes <= MOST_BYTES;
    if (fits && last.topic?.type === topic?.type) {
      last.texts.push(text);
      last.bytes += bytes;
      last.wantsReply ||= wantsReply;
    } else messages.push({ texts: [text], bytes, topic, wantsReply });
  }
  return messages.map(({ texts, topic, wantsReply }) => ({
    body: texts.length === 1 ? (texts[0] as string) : `[${texts.join()}]`,
    topic,
    wantsReply,
  }));
}

/** Rejects when nothing is under way any more; that the way was closed says more than anything else. */
async function whenSettled(sent: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(sent)).flatMap(each => (each.status === 'rejected' ? [each.reason] : []));
  if (failures.length > 0) throw failures.find(failure => failure instanceof WayClosed) ?? failures[0];
}

function openBatch(name: string, passage: Passage | undefined): DispatchBatch {
  const confirmed = deferred<void>();
  // Whoever waits hears of a failure through its own promise; nobody waiting is no crash.
  confirmed.promise.catch(() => {});
  return { name, passage, items: [], confirmed };
}
