/**
 * The spans of the runtime: what each is called, and what it says of itself, by OpenTelemetry's semantic conventions.
 * Ids and names only: nothing of what people write, and no credential.
 */
import type { Event } from '../contract/event.js';
import type { Failure } from '../contract/failure.js';
import type { Call, Result } from '../contract/invoker.js';
import type { Binding } from '../contract/service.js';
import type { Attributes, Span, Tracer } from '../contract/tracer.js';
import { CODES } from './codes.js';
import { httpReply } from './http-reply.js';
import { parseTraceparent } from './traceparent.js';

/** Where messages come from or go to. */
export interface Destination {
  readonly system: string;
  readonly name: string;
  readonly partition?: string | undefined;
}

/** Links of one span at most, as the SDK has it. */
const MOST_LINKS = 128;

const SOCKETS = 'socket.io';
const REPLIES: Destination = { system: 'redis', name: 'reply' };

/** The physical queue as a destination: the queue that functions name, and the partition of it. */
export function destinationOf(part: string, queue: string, physical: string): Destination {
  const partition = physical === queue ? undefined : physical.slice(queue.length + 1);
  return { system: part === 'rabbitmq' ? 'rabbitmq' : 'in_process', name: queue, partition };
}

/** A client's call, from the moment that its input is there to its answer. */
export function serverSpan(tracer: Tracer, { binding, caller, traceparent }: Call): Span {
  const { name, attributes } = callOf(binding);
  return tracer.start(name, {
    kind: 'server',
    parent: traceparent,
    attributes: { ...attributes, 'code.function.name': binding.fn.name, 'user.id': caller?.userId },
  });
}

function callOf({ trigger }: Binding): { readonly name: string; readonly attributes: Attributes } {
  if (trigger.kind === 'http') {
    const attributes = { 'http.request.method': trigger.method, 'http.route': trigger.path };
    return { name: `${trigger.method} ${trigger.path}`, attributes };
  }
  const name = trigger.kind === 'socket' ? trigger.event : trigger.kind === 'connection' ? trigger.on : trigger.kind;
  return { name, attributes: { 'rpc.system.name': SOCKETS, 'rpc.method': name } };
}

/** Ends a client's call. What the client did wrong is no error of the server's. */
export function endCall(span: Span, { trigger }: Binding, outcome: Result | Failure): void {
  const failure = 'code' in outcome ? outcome : undefined;
  const status = 'code' in outcome ? CODES[outcome.code].http : undefined;
  const attributes =
    trigger.kind === 'http'
      ? { 'http.response.status_code': status ?? httpReply(trigger, outcome as Result).status }
      : { 'rpc.response.status_code': failure?.code ?? 'ok' };
  span.end(status !== undefined && status >= 500 ? failure : undefined, attributes);
}

const about = ({ id, type, subject }: Pick<Event, 'id' | 'type' | 'subject'>): Attributes => ({
  'messaging.message.id': id,
  'cloudevents.event_id': id,
  'cloudevents.event_type': type,
  'cloudevents.event_subject': subject,
});

const operation = (name: string, type: 'send' | 'process', { system, name: to, partition }: Destination) => ({
  'messaging.system.name': system,
  'messaging.operation.name': name,
  'messaging.operation.type': type,
  'messaging.destination.name': to,
  'messaging.destination.partition.id': partition,
});

/** An event on its way into a queue, to be ended when it is safe there. */
export function publishSpan(
  tracer: Tracer,
  to: Destination,
  event: Parameters<typeof about>[0],
  parent: string | undefined,
): Span {
  const attributes = { ...operation('publish', 'send', to), ...about(event) };
  return tracer.start(`publish ${to.name}`, { kind: 'producer', parent, attributes });
}

/**
 * One span an event, each in the trace of its event, for what one invocation works on together. The first that anybody
 * will see leads: what is done for all of them belongs to it, it links to where the others came from, and they to it.
 */
export function processSpans(
  tracer: Tracer,
  from: Destination,
  fn: string,
  events: readonly Event[],
): { readonly spans: readonly Span[]; readonly lead: Span | undefined } {
  const first = events.findIndex(({ traceparent }) => parseTraceparent(traceparent)?.sampled);
  const leader = Math.max(0, first);
  const others = events.flatMap(({ traceparent }, at) => (at === leader ? [] : (traceparent ?? [])));
  const start = (event: Event, links: readonly string[]): Span =>
    tracer.start(`process ${from.name}`, {
      kind: 'consumer',
      parent: event.traceparent,
      links,
      attributes: {
        ...operation('process', 'process', from),
        ...about(event),
        'messaging.batch.message_count': events.length > 1 ? events.length : undefined,
        'code.function.name': fn,
      },
    });
  const lead = start(events[leader] as Event, others.slice(0, MOST_LINKS));
  const link = [lead.traceparent];
  return { spans: events.map((event, at) => (at === leader ? lead : start(event, link))), lead };
}

/** Emissions on their way to the gateways, of which the first is called so. */
export function emitSpan(tracer: Tracer, event: string, count: number, parent: string): Span {
  const attributes = {
    ...operation('publish', 'send', { system: SOCKETS, name: event }),
    'messaging.batch.message_count': count > 1 ? count : undefined,
  };
  return tracer.start(`publish ${event}`, { kind: 'producer', parent, attributes });
}

/** An emission being handed to so many live connections. */
export function deliverSpan(tracer: Tracer, event: string, connections: number, parent: string): Span {
  const attributes = {
    ...operation('deliver', 'process', { system: SOCKETS, name: event }),
    'messaging.batch.message_count': connections,
  };
  return tracer.start(`deliver ${event}`, { kind: 'consumer', parent, attributes });
}

/** A consumer's reply, at either end. */
export function replySpan(tracer: Tracer, end: 'sent' | 'received', id: string, parent: string): Span {
  const sent = end === 'sent';
  const name = sent ? 'publish' : 'process';
  const attributes = {
    ...operation(name, sent ? 'send' : 'process', REPLIES),
    'messaging.destination.temporary': true,
    'messaging.message.id': id,
  };
  return tracer.start(`${name} reply`, { kind: sent ? 'producer' : 'consumer', parent, attributes });
}
