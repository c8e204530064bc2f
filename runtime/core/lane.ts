/**
 * One physical queue being worked off: takes what has arrived, up to the batch size, runs the function on it, replies,
 * and only then acknowledges. One batch at a time, so order holds; trouble that passes pauses the lane and is tried
 * again in place; what can never succeed goes alone to the dead-letter queue.
 */
import type { AnyFunction, Log } from '../contract/function.js';
import type { Delivery, Queues } from '../contract/ports.js';
import type { Tracer } from '../contract/tracer.js';
import type { QueueTrigger } from '../contract/trigger.js';
import type { ReplyMessage } from './asked-replies.js';
import { backoffMs } from './backoff.js';
import type { Resolution } from './batch.js';
import type { BatchCoalescer } from './batch-coalescer.js';
import { deadPart, type Item, repliesByAddress, resolveItem, type UnpackedDelivery } from './delivery.js';
import { createDeliveryBuffer } from './delivery-buffer.js';
import { isFence } from './fence.js';
import { idsOf } from './ids.js';
import type { Metrics } from './metrics.js';
import type { SendReplies } from './replies.js';
import { destinationOf, replySpan } from './spans.js';

/** Times that a defect of ours is given the chance to be a passing one, before its item is dead. */
const MOST_DEFECTS = 3;
/** Events that a function of single events is given in a row. */
const AT_A_TIME = 16;
const RETRY = { firstMs: 100, mostMs: 5_000 };

export interface Lane {
  take(delivery: Delivery): void;
  /** Finishes the batch in hand and starts no other. What was taken and not begun is delivered again elsewhere. */
  stop(): Promise<void>;
}

export function createLane(options: {
  queue: string;
  trigger: QueueTrigger;
  fn: AnyFunction;
  coalescer: BatchCoalescer;
  queues: Pick<Queues, 'name'>;
  sendReplies: SendReplies;
  metrics: Metrics;
  log: Log;
  tracer?: Tracer;
  /** Members of data that hold ids, for the log. */
  ids?: readonly string[];
}): Lane {
  const { queue, trigger, fn, coalescer, queues, sendReplies, metrics, log, tracer, ids } = options;
  const from = destinationOf(queues.name, trigger.queue, queue);
  const { lingerMs, text: mostText } = trigger.batch;
  // Taken together they share what there is to do for each turn, though they are worked on one by one.
  const size = fn.batch ? trigger.batch.size : AT_A_TIME;
  const buffer = createDeliveryBuffer({
    types: trigger.types,
    fn,
    size,
    mostText,
    refuse: unpacked => void settle([unpacked]),
  });
  let running: Promise<void> | undefined;
  let stopped = false;
  const stopping = new AbortController();

  function take(delivery: Delivery): void {
    if (stopped) return;
    buffer.add(delivery);
    running ??= run();
  }

  /** Lets the rest of what the network brought at once arrive before it begins. */
  async function run(): Promise<void> {
    await new Promise(setImmediate);
    while (buffer.some() && !stopped) {
      if (lingerMs > 0 && !buffer.full()) await pause(lingerMs);
      if (stopped) break;
      const { items, text } = buffer.take();
      if (items.length === 0) continue;
      // Nothing here throws, but if it did, the queue must not stop with it: the batch is delivered again when we go.
      await work(items, text).catch(err => log.error({ queue, err }, 'a lane failed'));
    }
    running = undefined;
  }

  /** Repeats the items that have to be tried again, in their order, until each is resolved or the lane is stopped. */
  async function work(batch: readonly Item[], text: number): Promise<void> {
    let paused = 0;
    for (let left = batch; ; ) {
      // What the queue has taken back comes again, here or elsewhere, and before what is younger.
      left = left.filter(({ unpacked }) => !unpacked.delivery.stale);
      const [first] = left;
      if (!first || stopped) return;
      if (isFence(first.event)) {
        resolveItem(first, { is: 'ok', reply: true });
        return settle([first.unpacked]);
      }
      const resolutions = await coalescer({ events: left.map(item => item.event), text, from });
      const again: Item[] = [];
      let asked: number | undefined;
      let dead = 0;
      for (const [at, item] of left.entries()) {
        const resolution = resolutions[at];
        if (!resolution) again.push(item);
        else if (toBeTriedAgain(item, resolution)) {
          again.push(item);
          if (resolution.is === 'retry') asked = Math.max(asked ?? 0, resolution.afterMs ?? 0);
        } else {
          resolveItem(item, resolution);
          if (resolution.is !== 'ok') dead++;
          metrics.worked(trigger.queue, item.event.time);
        }
      }
      count(left.length - again.length - dead, dead);
      await settle(new Set(left.map(item => item.unpacked)));
      if (again.length === 0) return;
      left = again;
      if (asked === undefined) continue;
      metrics.retries.inc({ queue: trigger.queue });
      await pause(Math.max(asked, backoffMs(paused++, RETRY)));
    }
  }

  function count(ok: number, dead: number): void {
    if (ok > 0) metrics.items.inc({ queue: trigger.queue, result: 'ok' }, ok);
    if (dead > 0) metrics.items.inc({ queue: trigger.queue, result: 'dead' }, dead);
  }

  /** Replies first, acknowledgements last. */
  async function settle(deliveries: Iterable<UnpackedDelivery>): Promise<void> {
    for (const [replyTo, replies] of repliesByAddress(deliveries)) {
      sendReplies(replyTo, tracer ? replies.map(reply => sent(reply, tracer)) : replies);
    }
    const deadLettered: Promise<void>[] = [];
    for (const unpacked of deliveries) {
      if (unpacked.open > 0) continue;
      if (unpacked.dead.length === 0) unpacked.delivery.ack();
      else deadLettered.push(deadLetter(unpacked));
    }
    if (deadLettered.length > 0) await Promise.all(deadLettered);
  }

  async function deadLetter(unpacked: UnpackedDelivery): Promise<void> {
    const { reason, body } = deadPart(unpacked);
    metrics.deadLetters.inc({ queue: trigger.queue }, unpacked.dead.length);
    log.warn({ queue, items: unpacked.dead.length, reason, ...idsOf(unpacked.dead[0]?.event, ids) }, 'dead-lettered');
    try {
      await unpacked.delivery.dead(reason, body);
    } catch (err) {
      log.warn({ queue, err }, 'not dead-lettered yet; it will be delivered again');
    }
  }

  const pause = (ms: number): Promise<void> =>
    new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      stopping.signal.addEventListener('abort', done);
    });

  return {
    take,
    async stop() {
      stopped = true;
      stopping.abort();
      await running;
    },
  };
}

/** It is on its way at once: nobody waits to hear that it arrived. */
function sent(reply: ReplyMessage, tracer: Tracer): ReplyMessage {
  if (reply.traceparent === undefined) return reply;
  const span = replySpan(tracer, 'sent', reply.id, reply.traceparent);
  span.end();
  return { ...reply, traceparent: span.traceparent };
}

/** Defects get some chances to be passing ones; every other failure says itself whether to try again. */
const toBeTriedAgain = (item: Item, resolution: Resolution): boolean =>
  resolution.is === 'retry' && (resolution.failure.code !== 'internal' || ++item.defects < MOST_DEFECTS);
