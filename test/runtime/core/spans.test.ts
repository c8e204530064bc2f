/** What each span is called and says of itself, by OpenTelemetry's semantic conventions. */
import { expect } from 'chai';
import Type from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { Call, Result } from '#runtime/contract/invoker.js';
import { on } from '#runtime/contract/service.js';
import { connection, http, socket, type Trigger, timer } from '#runtime/contract/trigger.js';
import {
  deliverSpan,
  destinationOf,
  emitSpan,
  endCall,
  processSpans,
  publishSpan,
  replySpan,
  serverSpan,
} from '#runtime/core/spans.js';
import { NOW, testEvent } from '#runtime/testing/context.js';
import { context, type Recorded, recorder } from './recorder.js';
import { define } from './workbench.js';

const fn = define.single({
  ...{ name: 'order', access: 'anybody', needs: [], summary: 'Orders.', input: Type.Object({}) },
  handle: () => ({}),
});
const bound = (trigger: Trigger) => on(trigger as ReturnType<typeof timer>, fn);
const shop = { system: 'rabbitmq', name: 'orders', partition: '3' };
const [parent, elsewhere] = [context('1'), context('2')];

/** What was told, without what is left out. */
const told = (span: Recorded | undefined): unknown => JSON.parse(JSON.stringify(span?.attributes ?? null));

describe('the span of a call', () => {
  const called = (trigger: Trigger, call: Partial<Call> = {}) => {
    const { tracer, spans } = recorder();
    serverSpan(tracer, { binding: bound(trigger), data: {}, ...call });
    return spans[0] ?? expect.fail('there is none');
  };

  it('over HTTP is named by method and route, and says who called', () => {
    const caller = { userId: 'ann', sessionId: 's', expiresAt: NOW };
    const span = called(http.post('/orders/:id'), { caller, traceparent: parent });
    expect(span).to.include({ name: 'POST /orders/:id', kind: 'server', parent });
    expect(told(span)).to.deep.equal({
      'http.request.method': 'POST',
      'http.route': '/orders/:id',
      'code.function.name': 'order',
      'user.id': 'ann',
    });
  });

  for (const [trigger, name] of [
    [socket('order:place'), 'order:place'],
    [connection('connect'), 'connect'],
    [timer(1), 'timer'],
  ] as const) {
    it(`over a ${trigger.kind} is a procedure's, named ${name}`, () => {
      const span = called(trigger);
      expect(span).to.include({ name, kind: 'server', parent: undefined });
      expect(told(span)).to.deep.equal({
        'rpc.system.name': 'socket.io',
        'rpc.method': name,
        'code.function.name': 'order',
      });
    });
  }

  const ended = (trigger: Trigger, outcome: Result | Failure) => {
    const { tracer, spans } = recorder();
    const binding = bound(trigger);
    endCall(serverSpan(tracer, { binding, data: {} }), binding, outcome);
    return [spans[0]?.failure?.code, spans[0]?.more];
  };
  const route = http.get('/orders');
  const status = (code: number) => ({ 'http.response.status_code': code });

  it('ends with the status that the client is told, and in error only when the server is to blame', () => {
    expect(ended(route, { status: 'ok' })).to.deep.equal([undefined, status(204)]);
    expect(ended(route, { status: 'ok', reply: {} })).to.deep.equal([undefined, status(200)]);
    expect(ended(route, { status: 'created' })).to.deep.equal([undefined, status(201)]);
    expect(ended(route, { status: 'accepted' })).to.deep.equal([undefined, status(202)]);
    expect(ended(route, new Failure('not_found', ''))).to.deep.equal([undefined, status(404)]);
    expect(ended(route, new Failure('internal', ''))).to.deep.equal(['internal', status(500)]);
    expect(ended(route, new Failure('unavailable', ''))).to.deep.equal(['unavailable', status(503)]);
  });

  it('ends with the code of the failure where there is no status', () => {
    const code = (name: string) => ({ 'rpc.response.status_code': name });
    expect(ended(socket('order:place'), { status: 'created' })).to.deep.equal([undefined, code('ok')]);
    expect(ended(socket('order:place'), new Failure('invalid', ''))).to.deep.equal([undefined, code('invalid')]);
    expect(ended(socket('order:place'), new Failure('internal', ''))).to.deep.equal(['internal', code('internal')]);
  });
});

describe('the span of an event', () => {
  it('knows a physical queue by its queue and partition', () => {
    expect(destinationOf('rabbitmq', 'orders', 'orders.3')).to.deep.equal(shop);
    expect(destinationOf('memory', 'mail', 'mail')).to.deep.equal({
      ...{ system: 'in_process', name: 'mail', partition: undefined },
    });
  });

  const producing = {
    'messaging.system.name': 'rabbitmq',
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'orders',
    'messaging.destination.partition.id': '3',
  };
  const about = (id: string) => ({
    'messaging.message.id': id,
    'cloudevents.event_id': id,
    'cloudevents.event_type': 'placed.v1',
  });

  it('on its way says where to, and which event it is', () => {
    const { tracer, spans } = recorder();
    publishSpan(tracer, shop, { id: '1', type: 'placed.v1', subject: 'ann' }, parent);
    expect(spans[0]).to.include({ name: 'publish orders', kind: 'producer', parent });
    expect(told(spans[0])).to.deep.equal({ ...producing, ...about('1'), 'cloudevents.event_subject': 'ann' });
  });

  const processed = (...parents: readonly (string | undefined)[]) => {
    const { tracer, spans } = recorder();
    const events = parents.map((traceparent, at) => ({
      ...testEvent({}, { id: String(at), type: 'placed.v1' }),
      ...(traceparent !== undefined && { traceparent }),
    }));
    const made = processSpans(tracer, shop, 'order', events);
    return { ...made, started: spans };
  };

  it('alone is worked on in its own trace, with no links', () => {
    const { started, spans, lead } = processed(parent);
    expect(spans).to.deep.equal([lead]);
    expect(started[0]).to.include({ name: 'process orders', kind: 'consumer', parent });
    expect(started[0]?.links).to.deep.equal([]);
    expect(told(started[0])).to.deep.equal({
      ...producing,
      ...about('0'),
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'code.function.name': 'order',
    });
  });

  it('among others is linked with the first that anybody will see, which is linked with all of them', () => {
    const { started, spans, lead } = processed(undefined, context('5', '00'), parent, elsewhere);
    expect(spans.indexOf(lead as never)).to.equal(2);
    expect(started.map(({ parent }) => parent)).to.deep.equal([parent, undefined, elsewhere]);
    expect(started.map(({ links }) => links)).to.deep.equal([
      [context('5', '00'), elsewhere],
      [lead?.traceparent],
      [lead?.traceparent],
    ]);
    for (const span of started) expect(told(span)).to.include({ 'messaging.batch.message_count': 4 });
  });

  it('leads where nobody will see any, and has as many links as a span may have', () => {
    const { spans, lead } = processed(...Array.from({ length: 3 }, () => context('5', '00')));
    expect(spans.indexOf(lead as never)).to.equal(0);
    expect(processed(...Array.from({ length: 200 }, () => parent)).started[0]?.links).to.have.length(128);
  });
});

describe('the span of what clients hear', () => {
  const messages = (attributes: object) => ({ 'messaging.system.name': 'socket.io', ...attributes });

  it('counts the emissions that travel together', () => {
    const { tracer, spans } = recorder();
    for (const count of [1, 3]) emitSpan(tracer, 'order:placed', count, parent);
    for (const span of spans) expect(span).to.include({ name: 'publish order:placed', kind: 'producer', parent });
    const sent = messages({
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'order:placed',
    });
    expect(spans.map(told)).to.deep.equal([sent, { ...sent, 'messaging.batch.message_count': 3 }]);
  });

  it('counts the connections that an emission is handed to', () => {
    const { tracer, spans } = recorder();
    deliverSpan(tracer, 'order:placed', 1, parent);
    expect(spans[0]).to.include({ name: 'deliver order:placed', kind: 'consumer', parent });
    expect(told(spans[0])).to.deep.equal(
      messages({
        'messaging.operation.name': 'deliver',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'order:placed',
        'messaging.batch.message_count': 1,
      }),
    );
  });

  it('is told of a reply at both ends', () => {
    const { tracer, spans } = recorder();
    for (const end of ['sent', 'received'] as const) replySpan(tracer, end, 'x', parent);
    const reply = {
      'messaging.system.name': 'redis',
      'messaging.destination.name': 'reply',
      'messaging.destination.temporary': true,
      'messaging.message.id': 'x',
    };
    expect(spans.map(({ name, kind, parent }) => [name, kind, parent])).to.deep.equal([
      ['publish reply', 'producer', parent],
      ['process reply', 'consumer', parent],
    ]);
    expect(spans.map(told)).to.deep.equal([
      { ...reply, 'messaging.operation.name': 'publish', 'messaging.operation.type': 'send' },
      { ...reply, 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' },
    ]);
  });
});
