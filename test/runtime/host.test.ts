/** A service put to work: what it starts with what, in which order it lets go, and what it refuses to start with. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import Type from 'typebox';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { ConsumeOptions, Delivery, OnDelivery, Queues } from '#runtime/contract/ports.js';
import { type QueueSpec, route } from '#runtime/contract/route.js';
import { type Binding, type Guard, on, type Service } from '#runtime/contract/service.js';
import { http, queue, timer } from '#runtime/contract/trigger.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { type Edge, type HostOptions, host } from '#runtime/host.js';
import { type Bounds, createBounds } from '#runtime/http/bounds/bounds.js';
import { uuid } from '#runtime/testing/context.js';
import { eventually } from '../support/eventually.js';
import { silent } from '../support/silent.js';
import { recorder } from './core/recorder.js';
import { define, TYPE, thingCame } from './core/workbench.js';

const common = { access: 'nobody', needs: [], input: Type.Object({}) } as const;
const take = (handle: () => object | Promise<object> = () => ({})): AnyFunction =>
  define.single({ ...{ ...common, name: 'take', summary: 'Takes.' }, handle: async () => await handle() });

const things: QueueSpec = { name: 'things', partitions: 3 };
const others: QueueSpec = { name: 'others', partitions: 0 };

interface Consumed extends ConsumeOptions {
  readonly names: readonly string[];
}

/** Queues of this process, and what is asked of them in order. */
function recorded() {
  const queues = memoryQueues();
  const steps: string[] = [];
  const consumed: Consumed[] = [];
  const declared: string[] = [];
  const recording: Queues = {
    ...queues,
    async declare(physical) {
      steps.push('declare');
      declared.push(...physical.map(({ name, ordered }) => `${name} ${ordered}`));
      await queues.declare(physical);
    },
    async consume(names, options, onDelivery) {
      steps.push('consume');
      consumed.push({ names: [names].flat(), ...options });
      const consumer = await queues.consume(names, options, onDelivery);
      return {
        async cancel() {
          steps.push('cancel');
          await consumer.cancel();
        },
      };
    },
  };
  return { queues: recording, consumed, declared, steps };
}

const event = JSON.stringify({ specversion: '1.0', id: '1', source: '/x', type: TYPE, data: {} });

function bench(
  bindings: readonly Binding[],
  options: Partial<Omit<HostOptions, 'service'>> & { service?: Partial<Service> } = {},
) {
  const { queues, ...made } = recorded();
  const metrics = createMetrics('test');
  const service: Service = { name: 'test', queues: [things, others], bindings, ...options.service };
  const hosted = host({
    ...{ ports: {}, queues, fanout: memoryFanout(), metrics, log: silent, newId: () => 'id', ...options },
    service,
  });
  return { hosted, queues, metrics, service, ...made };
}

describe('a host', () => {
  it('declares every queue, and consumes those that are bound, all partitions together', async () => {
    const { hosted, declared, consumed } = bench([on(queue(things, thingCame, { size: 10 }), take())]);
    await (await hosted).drain(0);
    expect(declared).to.deep.equal(['things.0 true', 'things.1 true', 'things.2 true', 'others false']);
    const [{ release: _, ...how } = {}, ...more] = consumed;
    expect([how, ...more]).to.deep.equal([
      { names: ['things.0', 'things.1', 'things.2'], ordered: true, prefetch: 128 },
    ]);
  });

  const prefetched = async (size: number, partitions: number) => {
    const specs = [{ name: 'things', partitions }];
    const { hosted, consumed } = bench([on(queue(things, thingCame, { size }), take())], {
      service: { queues: specs },
    });
    await (await hosted).drain(0);
    return consumed[0]?.prefetch;
  };

  it('fetches two batches ahead, never few, and no more than all partitions may have in hand', async () => {
    expect(await prefetched(1, 0)).to.equal(128);
    expect(await prefetched(100, 0)).to.equal(200);
    expect(await prefetched(1_000, 0)).to.equal(500);
    expect(await prefetched(100, 7)).to.equal(72);
  });

  it('consumes a queue without partitions in no order', async () => {
    const { hosted, consumed } = bench([on(queue(others, thingCame), take())]);
    await (await hosted).drain(0);
    expect(consumed).to.deep.equal([{ names: ['others'], ordered: false, prefetch: 128 }]);
  });

  it('does not start where a function consumes a queue that the service does not name', async () => {
    const { hosted } = bench([on(queue({ name: 'typo' }, thingCame), take())]);
    expect(await hosted.catch((thrown: Error) => thrown.message)).to.equal(
      'test consumes typo, which it does not name',
    );
  });

  it('works off each partition by itself', async () => {
    let release = (_: object): void => {};
    let begun = 0;
    const fn = take(() => (++begun === 1 ? new Promise<object>(resolve => (release = resolve)) : {}));
    const { hosted, queues } = bench([on(queue(things, thingCame), fn)]);
    const running = await hosted;
    const held = queues.publish('things.0', event);
    await eventually('the first is begun', () => begun === 1, { every: 1 });
    await queues.publish('things.1', event);
    release({});
    await held;
    await running.drain(0);
  });

  it('releases a partition when what has begun there is done, begins nothing else of it, and takes it back later', async () => {
    let end = (_: object): void => {};
    const begun: unknown[] = [];
    const fn = take(() => {
      begun.push(0);
      return new Promise<object>(resolve => (end = resolve));
    });
    const made = recorded();
    let deliver: OnDelivery = () => {};
    const queues: Queues = {
      ...made.queues,
      consume: (names, options, onDelivery) => {
        deliver = onDelivery;
        return made.queues.consume(names, options, onDelivery);
      },
    };
    const { hosted } = bench([on(queue(things, thingCame, { size: 1 }), fn)], { queues });
    const running = await hosted;
    const acknowledged: string[] = [];
    const delivery = (name: string): Delivery => ({
      ...{ body: event, stale: false, dead: async () => {} },
      ack: () => void acknowledged.push(name),
    });
    deliver(delivery('first'), 'things.1');
    await eventually('the first is begun', () => begun.length === 1, { every: 1 });
    deliver(delivery('second'), 'things.1');
    let released = false;
    const releasing = made.consumed[0]?.release?.(['things.1']).then(() => (released = true));
    await new Promise(setImmediate);
    expect(released).to.equal(false);
    end({});
    await releasing;
    expect(acknowledged).to.deep.equal(['first']);
    deliver(delivery('second again'), 'things.1');
    await eventually('it is taken up again', () => begun.length === 2, { every: 1 });
    end({});
    await eventually('done', () => acknowledged.length === 2, { every: 1 });
    expect(acknowledged).to.deep.equal(['first', 'second again']);
    await running.drain(0);
  });

  it('lets what is in hand finish before it cancels, and begins nothing after the drain', async () => {
    let release = (_: object): void => {};
    let begun = 0;
    const fn = take(() => {
      begun++;
      return new Promise<object>(resolve => (release = resolve));
    });
    const { hosted, queues, steps } = bench([on(queue(others, thingCame), fn)]);
    const running = await hosted;
    const held = queues.publish('others', event).then(() => steps.push('acknowledged'));
    await eventually('it is in hand', () => begun === 1, { every: 1 });
    const drained = running.drain(0).then(() => steps.push('drained'));
    await new Promise(setImmediate);
    expect(steps).to.deep.equal(['declare', 'consume']);
    release({});
    await Promise.all([held, drained]);
    expect(steps).to.deep.equal(['declare', 'consume', 'acknowledged', 'cancel', 'drained']);
    void queues.publish('others', event).catch(() => {});
    await new Promise(setImmediate);
    expect(begun).to.equal(1);
    await queues.close();
  });

  it('has clients come in once the queues are there, and go before the lanes stop', async () => {
    const routes = () => {};
    let given: Parameters<Edge>[0] | undefined;
    let steps: string[] = [];
    const edge: Edge = options => {
      given = options;
      steps.push('edge');
      return { routes, drain: async within => void steps.push(`edge drained within ${within}`) };
    };
    const made = bench([on(queue(things, thingCame), take())], { edge });
    steps = made.steps;
    const running = await made.hosted;
    expect(running.routes).to.equal(routes);
    expect(given).to.include({ service: made.service, metrics: made.metrics, log: silent });
    expect(given).not.to.have.property('tracer');
    await running.drain(700);
    expect(steps).to.deep.equal(['declare', 'edge', 'consume', 'edge drained within 700', 'cancel']);
  });

  it('without clients has no routes', async () => {
    const { hosted } = bench([]);
    const running = await hosted;
    expect(running).to.have.all.keys('receiveEvents', 'drain');
    await running.drain(0);
  });

  it('waits for a call that is under way before it stops', async () => {
    let release = (_: object): void => {};
    const fn = take(() => new Promise<object>(resolve => (release = resolve)));
    let call: Promise<unknown> = Promise.resolve();
    const edge: Edge = ({ invoker }) => {
      call = invoker.invoke({ binding: on(timer(1), fn), data: {} }).result;
      return { routes: () => {}, drain: async () => {} };
    };
    const { hosted, steps } = bench([on(queue(things, thingCame), take())], { edge });
    const drained = (await hosted).drain(0).then(() => steps.push('drained'));
    await new Promise(setImmediate);
    expect(steps).not.to.include('cancel');
    release({});
    await Promise.all([call, drained]);
    expect(steps.slice(-2)).to.deep.equal(['cancel', 'drained']);
  });

  it('has clients guarded, counted and named in the log', async () => {
    const calls: string[] = [];
    const guard: Guard = {
      ...{ needs: [], levels: {} },
      authenticate: () => Promise.reject(new Error('nobody signs in')),
      authorize: async () => void calls.push('authorize'),
    };
    const limits = { take: async () => void calls.push('limit'), giveBack: async () => {} };
    const fn: AnyFunction = {
      ...take(() => Promise.reject(new TypeError('a defect'))),
      limits: [{ name: 'take', times: 1, perSeconds: 1, by: 'user' }],
    };
    const lines: object[] = [];
    const log = { ...silent, error: (fields: object) => void lines.push(fields) };
    const roomId = uuid(1);
    let call: Promise<unknown> = Promise.resolve();
    const edge: Edge = ({ invoker }) => {
      call = invoker.invoke({ binding: on(timer(1), fn), data: { roomId } }).result.catch(() => {});
      return { routes: () => {}, drain: async () => {} };
    };
    const running = await bench([], { edge, limits, log, service: { guard, ids: ['roomId'] } }).hosted;
    await call;
    await running.drain(0);
    expect(calls).to.deep.equal(['limit', 'authorize']);
    expect(lines[0]).to.include({ fn: 'take', roomId });
  });

  it('has the tracer told of calls and of what they publish', async () => {
    const { tracer, spans } = recorder();
    const asks = define.single({
      ...{ ...common, name: 'asks', summary: 'Asks.', publishes: [thingCame] },
      handle: () => ({ publish: [thingCame({ n: 1 })] }),
    });
    let given: Parameters<Edge>[0] | undefined;
    let call: Promise<unknown> = Promise.resolve();
    const edge: Edge = options => {
      given = options;
      call = options.invoker.invoke({ binding: on(http.post('/things'), asks), data: {} }).result;
      return { routes: () => {}, drain: async () => {} };
    };
    const routes = [route(thingCame, { queue: others })];
    const running = await bench([on(queue(others, thingCame), take())], { edge, tracer, service: { routes } }).hosted;
    await call;
    await running.drain(0);
    expect(given).to.include({ tracer });
    expect(spans.map(({ name }) => name)).to.have.members(['POST /things', 'publish others', 'process others']);
  });

  it('holds the bodies of CloudEvents that are more than their requests within the bounds that it was given', async () => {
    const bounds = createBounds();
    const held: number[] = [];
    const noting: Bounds = {
      ...bounds,
      holdBody(owner, bytes, response) {
        held.push(bytes);
        return bounds.holdBody(owner, bytes, response);
      },
    };
    const running = await bench([], { bounds: noting }).hosted;
    const server = createServer(running.receiveEvents).listen(0, '127.0.0.1');
    await once(server, 'listening');
    for (const body of [event, event + ' '.repeat(1_024)]) {
      await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/cloudevents+json' }, body },
      });
    }
    expect(held).to.deep.equal([event.length + 1_024]);
    server.close();
    await running.drain(0);
  });

  it('takes CloudEvents, of who brings the token where there is one', async () => {
    const { hosted } = bench([], { eventsToken: 'a-token' });
    const running = await hosted;
    const server = createServer(running.receiveEvents).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const headers = { 'content-type': 'application/cloudevents+json' };
    const send = (more: Record<string, string>) =>
      fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: event }).then(({ status }) => status);
    expect(await send({})).to.equal(401);
    expect(await send({ authorization: 'Bearer a-token' }), 'there is no function for it').to.equal(404);
    server.close();
    await running.drain(0);
  });

  it('has timers tick, and stops them first', async () => {
    let ticks = 0;
    const fn = take(() => {
      ticks++;
      return {};
    });
    const running = await bench([on(timer(1), fn)]).hosted;
    await eventually('a tick', () => ticks > 0, { every: 1 });
    await running.drain(0);
    const before = ticks;
    const until = performance.now() + 20;
    while (performance.now() < until) await new Promise(setImmediate);
    expect(ticks).to.equal(before);
  });

  it('asks for depths of the queues that it consumes, where it consumes any', async () => {
    const consuming = bench([on(queue(others, thingCame), take())]);
    const running = await consuming.hosted;
    expect(await consuming.metrics.registry.metrics()).to.contain('queue_consumers{queue="others"');
    await running.drain(0);
    const idle = bench([]);
    await (await idle.hosted).drain(0);
    expect(await idle.metrics.registry.metrics()).not.to.contain('queue_consumers');
  });
});
