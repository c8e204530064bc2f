/**
 * Publishes what functions want published: the publications of one turn of the event loop travel together, one message
 * a physical queue, in the order in which they were made; and so do those that are made until the broker has confirmed
 * that message, so that they leave at once when there are few, and in few messages when there are many. Waits for the
 * broker's confirmation, and, for publications that ask, for the consumer's reply.
 */
import type { Event } from '../contract/event.js';
import { Failure, type FieldError } from '../contract/failure.js';
import type { Publication } from '../contract/outcome.js';
import type { Fanout, Queues, ReplyTo } from '../contract/ports.js';
import type { QueueSpec } from '../contract/service.js';
import type { Tracer } from '../contract/tracer.js';
import { EphemeralMap } from './ephemeral-map.js';
import type { Metrics } from './metrics.js';
import { route } from './partitions.js';
import { destinationOf, publishSpan, replySpan } from './spans.js';
import { parseTraceparent } from './traceparent.js';

/** What one message carries at most, so that a consumer's prefetch bounds its memory: so many events, so many bytes. */
const MOST_EVENTS = 64;
const MOST_BYTES = 32 * 1024;

/** How long publications wait for the confirmation of those before them. */
const MOST_WAIT_MS = 10;

/** What a consumer sends back for one event. */
export type Answer = { readonly id: string; readonly traceparent?: string } & (
  | { readonly reply: unknown }
  | { readonly failure: { code: string; message: string; errors?: readonly FieldError[] } }
);

/** The consumer's reply, absent when none was asked for or it did not come in time. */
interface Answered {
  readonly answer?: unknown;
}

export interface Publisher {
  /**
   * Takes its place in the queue's order before it returns. Resolves as `Publication.answerWithinMs` says; rejects
   * with Failure `unavailable` when the broker did not confirm, or with the failure that the consumer answered.
   * `parent` is the trace context of what led to it, if it has any.
   */
  publish(publications: readonly Publication[], parent?: string): Promise<Answered>;
}

interface Waiting {
  readonly event: Event;
  readonly wantsReply: boolean;
}

interface PublishBatch {
  /** As functions name it. */
  readonly queue: string;
  readonly items: Waiting[];
  readonly confirmed: Promise<void>;
  readonly settle: { resolve(): void; reject(failure: unknown): void };
}

export function createPublisher(options: {
  queues: Queues;
  /** Brings the replies. */
  fanout: Pick<Fanout, 'address' | 'onReply'>;
  specs: readonly QueueSpec[];
  source: string;
  newId: () => string;
  now: () => number;
  tracer?: Tracer;
  metrics?: Pick<Metrics, 'published'>;
}): Publisher {
  const { queues, fanout, tracer, metrics } = options;
  const specs = new Map(options.specs.map(spec => [spec.name, spec]));
  /** What has not left yet, by physical queue. */
  const batches = new EphemeralMap<string, PublishBatch>();
  /** Set from the moment that something is to leave until it is confirmed, or overdue. */
  let busy = false;
  const asked = new EphemeralMap<string, (answer: Answer) => void>();

  function receive(answers: readonly unknown[]): void {
    for (const answer of answers as readonly Answer[]) {
      const { id, traceparent } = answer;
      if (tracer && traceparent !== undefined) replySpan(tracer, 'received', id, traceparent).end();
      asked.get(id)?.(answer);
    }
  }
  fanout.onReply(receive);
  // Where nobody asks for replies, nobody listens for them.
  const replyTo: ReplyTo = {
    get address() {
      return fanout.address();
    },
    receive,
  };

  /** All queues together: the broker, and whoever consumes, are woken once for all. */
  function flush(): void {
    const leaving = [...batches.takeAll()].map(async ([physical, { queue, items, settle }]) => {
      try {
        await send(physical, items);
        metrics?.published.inc({ queue }, items.length);
        settle.resolve();
      } catch (failure) {
        settle.reject(failure);
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
  function send(queue: string, items: readonly Waiting[]): Promise<unknown> {
    return Promise.all(
      messagesOf(items).map(({ body, wantsReply }) => queues.publish(queue, body, wantsReply ? { replyTo } : {})),
    );
  }

  function enqueue(publication: Publication, id: string, parent: string | undefined): Promise<void> {
    const spec = specs.get(publication.queue);
    if (!spec) throw new Error(`a function publishes to ${publication.queue}, which its image does not name`);
    const queue = route(spec, publication.key);
    let batch = batches.get(queue);
    if (!batch) {
      if (!busy) setImmediate(flush);
      busy = true;
      batch = openPublishBatch(publication.queue);
      batches.set(queue, batch);
    }
    const named = { id, type: publication.type, ...(publication.key !== undefined && { subject: publication.key }) };
    const traceparent = tracer ? watch(tracer, publication.queue, queue, named, parent, batch) : passedOn(parent);
    const event: Event = {
      specversion: '1.0',
      ...named,
      source: options.source,
      time: new Date(options.now()).toISOString(),
      datacontenttype: 'application/json',
      ...(traceparent !== undefined && { traceparent }),
      data: publication.data,
    };
    batch.items.push({ event, wantsReply: publication.answerWithinMs !== undefined });
    return batch.confirmed;
  }

  /** Until it is safe, or known not to be; its trace context. */
  function watch(
    by: Tracer,
    queue: string,
    physical: string,
    event: Pick<Event, 'id' | 'type' | 'subject'>,
    parent: string | undefined,
    { confirmed }: PublishBatch,
  ): string {
    const span = publishSpan(by, destinationOf(queues.name, queue, physical), event, parent);
    confirmed.then(
      () => span.end(),
      failure => span.end(Failure.from(failure)),
    );
    return span.traceparent;
  }

  /** The consumer's reply, or nothing when it is not there in time; the reply also proves that the event was safe. */
  function answerOf(id: string, withinMs: number, confirmed: Promise<void>): Promise<Answered> {
    return new Promise((resolve, reject) => {
      let safe = false;
      let late = false;
      const over = (): void => {
        clearTimeout(timer);
        asked.delete(id);
      };
      const givenUp = (): void => {
        if (!safe || !late) return;
        over();
        resolve({});
      };
      const timer = setTimeout(() => {
        late = true;
        givenUp();
      }, withinMs);
      asked.set(id, answer => {
        over();
        if ('failure' in answer) reject(revive(answer.failure));
        else resolve({ answer: answer.reply });
      });
      confirmed.then(
        () => {
          safe = true;
          givenUp();
        },
        failure => {
          over();
          reject(failure);
        },
      );
    });
  }

  return {
    async publish(publications, parent) {
      const confirmations: Promise<unknown>[] = [];
      let answer: Promise<Answered> | undefined;
      for (const publication of publications) {
        const id = publication.id ?? options.newId();
        const confirmed = enqueue(publication, id, parent);
        if (publication.answerWithinMs === undefined) confirmations.push(confirmed);
        else answer = answerOf(id, publication.answerWithinMs, confirmed);
      }
      if (confirmations.length === 0) return answer ?? {};
      const [settled] = await Promise.all([answer ?? {}, ...confirmations]);
      return settled;
    },
  };
}

interface Message {
  readonly body: string;
  readonly wantsReply: boolean;
}

/** One event alone, or several as a batch. An event is never cut, however large. */
function messagesOf(items: readonly Waiting[]): readonly Message[] {
  const messages: { texts: string[]; bytes: number; wantsReply: boolean }[] = [];
  for (const { event, wantsReply } of items) {
    const text = JSON.stringify(event);
    const bytes = Buffer.byteLength(text);
    const last = messages.at(-1);
    if (last && last.texts.length < MOST_EVENTS && last.bytes + bytes <= MOST_BYTES) {
      last.texts.push(text);
      last.bytes += bytes;
      last.wantsReply ||= wantsReply;
    } else messages.push({ texts: [text], bytes, wantsReply });
  }
  return messages.map(({ texts, wantsReply }) => ({
    body: texts.length === 1 ? (texts[0] as string) : `[${texts.join()}]`,
    wantsReply,
  }));
}

/** Where nobody watches, whoever comes later may. */
const passedOn = (parent: string | undefined): string | undefined =>
  parent !== undefined && parseTraceparent(parent) ? parent : undefined;

function openPublishBatch(queue: string): PublishBatch {
  let settle: PublishBatch['settle'] = { resolve: () => {}, reject: () => {} };
  const confirmed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever waits hears of a failure through its own promise; nobody waiting is no crash.
  confirmed.catch(() => {});
  return { queue, items: [], confirmed, settle };
}

const revive = (failure: { code: string; message: string; errors?: readonly FieldError[] }): Failure =>
  new Failure(failure.code as Failure['code'], failure.message, failure.errors ? { errors: failure.errors } : {});
