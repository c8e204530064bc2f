/**
 * Publishes what functions want published: finds where each type goes, makes the event, waits for the broker's
 * confirmation and, where the function settles, for the consumer's reply. What nobody hears costs no more than that look.
 */
import type { Event } from '../contract/event.js';
import { Failure } from '../contract/failure.js';
import type { Publication } from '../contract/outcome.js';
import type { Fanout, Queues } from '../contract/ports.js';
import type { Tracer } from '../contract/tracer.js';
import { type AwaitedReply, createAskedReplies } from './asked-replies.js';
import { createDispatcher, type OutgoingEvent } from './dispatcher.js';
import { fenceSender, type SendFence } from './fence.js';
import type { Generations } from './generations.js';
import type { Metrics } from './metrics.js';
import { createPartitionFlow, type PartitionFlow } from './partition-flow.js';
import { destinationOf, publishSpan } from './spans.js';
import type { Target, Targets } from './targets.js';
import { parseTraceparent } from './traceparent.js';

interface Publishing {
  /** Trace context of what led to it, if it has any. */
  readonly parent?: string | undefined;
  /** Whether somebody looks at the replies: they are waited for as the routes say. */
  readonly settles?: boolean;
  /** Is given the confirmation of the facts, where there are any, which is then not waited for here. */
  readonly onFacts?: (confirmed: Promise<unknown>) => void;
}

export interface Publisher {
  /**
   * Takes its place in the order of each queue before it returns; undefined when nobody hears any of it. Resolves when
   * all is safe and the reply is there or overdue; rejects with Failure `unavailable` when the broker did not confirm,
   * or with the failure that the consumer replied.
   */
  publish(publications: readonly Publication[], publishing?: Publishing): Promise<AwaitedReply> | undefined;
  readonly fence: SendFence;
}

export function createPublisher(options: {
  queues: Queues;
  /** Brings the replies. */
  fanout: Pick<Fanout, 'address' | 'onReply'>;
  targets: Targets;
  /** Of the queues whose number of partitions may change, by name. */
  generations?: ReadonlyMap<string, Generations>;
  source: string;
  newId: () => string;
  now: () => number;
  tracer?: Tracer;
  metrics?: Pick<Metrics, 'published'>;
}): Publisher {
  const { queues, fanout, targets, source, newId, now, tracer, metrics } = options;
  const replies = createAskedReplies(fanout, tracer);
  const { replyTo } = replies;
  const dispatcher = createDispatcher({ queues, replyTo, ...(metrics && { metrics }) });
  const flows = new Map<string, PartitionFlow<OutgoingEvent>>();
  for (const [name, generations] of options.generations ?? []) {
    const flow: PartitionFlow<OutgoingEvent> = createPartitionFlow(generations, (lane, way, item) =>
      dispatcher.add(lane, name, item, { way, flow }),
    );
    flows.set(name, flow);
  }

  /** Resolves when it is safe. */
  function send(publication: Publication, id: string, target: Target, parent: string | undefined, wantsReply: boolean) {
    const { type, data } = publication;
    const key = target.key === undefined ? undefined : keyOf(data, target.key);
    const flow = target.queue && flows.get(target.name);
    const lane = flow ? flow.laneOf(key) : target.lane(key);
    const named = { id, type, ...(key !== undefined && { subject: key }) };
    const span = tracer && publishSpan(tracer, destinationOf(queues.name, target.name, lane), named, parent);
    const traceparent = span ? span.traceparent : passedOn(parent);
    const event: Event = {
      specversion: '1.0',
      ...named,
      source,
      time: new Date(now()).toISOString(),
      datacontenttype: 'application/json',
      ...(traceparent !== undefined && { traceparent }),
      data,
    };
    const item = { event, key, topic: target.topic?.(key), wantsReply };
    const confirmed = flow ? flow.place(item, lane) : dispatcher.add(lane, target.name, item);
    if (span) {
      confirmed.then(
        () => span.end(),
        failure => span.end(Failure.from(failure)),
      );
    }
    return confirmed;
  }

  return {
    publish(publications, { parent, settles = false, onFacts } = {}) {
      const confirmations: Promise<unknown>[] = [];
      const facts: Promise<unknown>[] = [];
      let reply: Promise<AwaitedReply> | undefined;
      for (const publication of publications) {
        const target = targets.get(publication.type);
        if (!target) throw new Error(`a function publishes ${publication.type}, which it does not declare`);
        if (target === 'unheard') continue;
        const id = publication.id ?? newId();
        const withinMs = settles && !publication.unanswered ? target.replyWithinMs : undefined;
        const confirmed = send(publication, id, target, parent, withinMs !== undefined);
        if (onFacts && target.topic) facts.push(confirmed);
        else if (withinMs === undefined) confirmations.push(confirmed);
        else {
          if (reply) confirmations.push(reply);
          reply = replies.wait(id, withinMs, confirmed);
        }
      }
      if (facts.length > 0) onFacts?.(together(facts));
      if (confirmations.length === 0) return reply;
      return Promise.all([reply ?? {}, ...confirmations]).then(([awaited]) => awaited);
    },
    fence: fenceSender({ queues, replies, source, newId }),
  };
}

/** Whoever fails before they look at it hears of nothing. */
function together(confirmations: readonly Promise<unknown>[]): Promise<unknown> {
  const all = Promise.all(confirmations);
  all.catch(() => {});
  return all;
}

/** The compiler has made sure that it is a text. */
const keyOf = (data: unknown, member: string): string | undefined =>
  (data as Readonly<Record<string, string | undefined>>)[member];

/** Where nobody watches, whoever comes later may. */
const passedOn = (parent: string | undefined): string | undefined =>
  parent !== undefined && parseTraceparent(parent) ? parent : undefined;
