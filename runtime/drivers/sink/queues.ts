/**
 * Queues whose publications go to a sink (`K_SINK`), as single CloudEvents over HTTP, in place of the queues; everything
 * else is left to other queues. So is what the sink has nobody for: it goes to its queue as if there were no sink. Facts go
 * to the sink as well as to whoever subscribes, those too that nobody subscribes to.
 *
 * Safe means here what the sink means by a 2xx. Events of one physical queue go out one after the other, each when the
 * one before it is answered for; those of different queues go out side by side.
 */
import type { Event } from '../../contract/event.js';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { PublishOptions, Queues } from '../../contract/ports.js';
import { createPost } from './post.js';

/** As for RabbitMQ: what a gateway takes on in the time below when it is busy, and how long a person may wait. */
const MAX_PENDING = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 3_000;
const LAST_ANSWERS_MS = 2_000;

export interface SinkOptions {
  readonly url: string;
  /** Attributes that every event gets, in place of its own of that name. */
  readonly extensions: Readonly<Record<string, string>>;
  /** Closed together with these. */
  readonly queues: Queues;
  readonly log: Log;
  readonly maxPending?: number;
  readonly maxBytes?: number;
  /** How long a publication waits to be taken, its turn included. */
  readonly timeoutMs?: number;
  /** How long closing waits for what is under way. */
  readonly lastAnswersMs?: number;
}

export function sinkQueues(options: SinkOptions): Queues {
  const { queues, log, extensions, maxPending = MAX_PENDING, maxBytes = MAX_BYTES } = options;
  const { timeoutMs = TIMEOUT_MS, lastAnswersMs = LAST_ANSWERS_MS } = options;
  const post = createPost(options);
  /** The last turn of each queue that has one; it never rejects. */
  const turns = new Map<string, Promise<void>>();
  const pending = new Set<AbortController>();
  const untaken = new Set<string>();
  let bytes = 0;
  let closing: Promise<void> | undefined;

  async function deliver(queue: string, body: string, options: PublishOptions, signal: AbortSignal): Promise<void> {
    const { replyTo } = options;
    let refused: Failure | undefined;
    for (const event of eventsOf(body)) {
      const posted = await post({ ...event, ...extensions }, signal);
      if (posted.is === 'unknown') {
        if (!untaken.has(event.type)) log.warn({ type: event.type, queue }, 'the sink has nobody for it; to its queue');
        untaken.add(event.type);
        await queues.publish(queue, JSON.stringify(event), options);
      } else if (posted.is === 'taken') {
        if ('reply' in posted) replyTo?.receive([{ id: event.id, reply: posted.reply }]);
      } else {
        // Told to whoever waits for this one, so that its neighbours still get theirs.
        const { code, message, errors, current } = posted.failure;
        const told = { code, message, ...(errors && { errors }), ...(current !== undefined && { current }) };
        replyTo?.receive([{ id: event.id, failure: told }]);
        // What a function answered is done with, where somebody hears the answer.
        if (posted.is === 'refused' || !replyTo) refused = posted.failure;
      }
    }
    if (refused) throw refused;
  }

  async function close(): Promise<void> {
    const late = setTimeout(() => {
      for (const patience of pending) patience.abort();
    }, lastAnswersMs);
    await Promise.all(turns.values());
    clearTimeout(late);
    await queues.close();
  }

  /** After those of the same queue or slot before it, and within its time. */
  function inTurn(queue: string, body: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (closing) return Promise.reject(new Failure('unavailable', 'closed'));
    if (pending.size >= maxPending || bytes >= maxBytes) {
      return Promise.reject(new Failure('unavailable', 'too many messages wait for the sink'));
    }
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), timeoutMs);
    const size = Buffer.byteLength(body);
    pending.add(patience);
    bytes += size;
    const before = turns.get(queue) ?? Promise.resolve();
    const done = before
      .then(() => work(patience.signal))
      .finally(() => {
        clearTimeout(timer);
        pending.delete(patience);
        bytes -= size;
        if (turns.get(queue) === turn) turns.delete(queue);
      });
    const turn = done.catch(() => undefined);
    turns.set(queue, turn);
    return done;
  }

  return {
    ...queues,
    publish(queue, body, options = {}) {
      if (options.internal) return queues.publish(queue, body, options);
      return inTurn(queue, body, signal => deliver(queue, body, options, signal));
    },
    announcesAll: true,
    announce(topic, body) {
      return inTurn(`${topic.exchange}.${topic.slot}`, body, async signal => {
        await queues.announce(topic, body);
        // It may have nobody for them, or refuse them: that is its own affair, and no reason to do the work again.
        for (const event of eventsOf(body)) await post({ ...event, ...extensions }, signal);
      });
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function eventsOf(body: string): readonly Event[] {
  const content = JSON.parse(body) as Event | readonly Event[];
  return Array.isArray(content) ? content : [content as Event];
}
