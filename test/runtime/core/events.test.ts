/** Events from who publishes them to who takes them: what the compiler holds together, and what a start or a lane refuses. */
import { expect } from 'chai';
import Type from 'typebox';
import { type AnyEventType, event } from '#runtime/contract/event-type.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Output } from '#runtime/contract/output.js';
import type { Fact } from '#runtime/contract/route.js';
import { fact, route } from '#runtime/contract/route.js';
import { on, type Service } from '#runtime/contract/service.js';
import { cloudEvent, queue } from '#runtime/contract/trigger.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { bindingsOf } from '#runtime/core/partitions.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { host } from '#runtime/host.js';
import { testEvent } from '#runtime/testing/context.js';
import { eventually } from '../../support/eventually.js';
import { silent } from '../../support/silent.js';
import { define, workbench } from './workbench.js';

const Order = Type.Object({ id: Type.String(), total: Type.Number() });
const orderPlaced = event('orders.placed.v1', { data: Order, reply: Type.Object({ number: Type.Integer() }) });
const orderPaid = event('orders.paid.v1', { data: Order });
const orderShipped = event('orders.shipped.v1', { data: Order });
const orders = { name: 'orders', partitions: 2 };

const common = { access: 'anybody', needs: [], summary: 'Works.', input: Order } as const;
const answering = define.single({
  ...common,
  name: 'answering',
  output: { ok: Type.Object({ number: Type.Integer() }) },
  handle: () => ({ reply: { number: 1 } }),
});
const silentOne = define.single({ ...common, name: 'silentOne', handle: () => ({}) });
const other = define.single({
  ...common,
  name: 'other',
  output: { ok: Type.Object({ text: Type.String() }) },
  handle: () => ({ reply: { text: '' } }),
});
const narrow = define.single({
  ...common,
  name: 'narrow',
  input: Type.Object({ id: Type.Integer() }),
  handle: () => ({}),
});

describe('an event type', () => {
  it('makes a publication, which names it and not where it goes', () => {
    expect(orderPaid({ id: '1', total: 2 })).to.deep.equal({ type: 'orders.paid.v1', data: { id: '1', total: 2 } });
    expect(orderPaid({ id: '1', total: 2 }, { id: 'x' })).to.have.property('id', 'x');
    expect(event<{ n: number }>('plain.v1')({ n: 1 })).to.deep.equal({ type: 'plain.v1', data: { n: 1 } });
  });

  it('is published only by whom declares it, with its own data, though another has the same', () => {
    define.single({
      ...common,
      name: 'pays',
      publishes: [orderPaid],
      handle: (_, { data }) => ({ publish: [orderPaid(data)] }),
    });
    define.single({
      ...common,
      name: 'ships',
      publishes: [orderPaid],
      // @ts-expect-error another event is declared
      handle: (_, { data }) => ({ publish: [orderShipped(data)] }),
    });
    // @ts-expect-error none is declared
    define.single({ ...common, name: 'pays', handle: (_, { data }) => ({ publish: [orderPaid(data)] }) });
    // @ts-expect-error the data are others
    expect(orderPaid({ id: 1 })).to.have.property('type');
  });

  it('tells who settles of which kind the reply is', () => {
    define.single({
      ...common,
      name: 'places',
      publishes: [orderPlaced],
      output: { ok: Type.Integer() },
      handle: (_, { data }) => ({ publish: [orderPlaced(data)] }),
      settle(_context, _event, { reply, outcome }) {
        const [published] = outcome.publish ?? [];
        // @ts-expect-error no such member is replied
        void reply?.text;
        return { reply: reply ? reply.number : (published?.data.total ?? 0) };
      },
    });
  });

  it('is taken only by what takes its data and gives its reply', () => {
    for (const taken of [queue(orders, orderPlaced), cloudEvent(orderPlaced)] as const) {
      expect(on(taken, answering)).to.have.property('fn', answering);
      // @ts-expect-error gives no reply
      on(taken, silentOne);
      // @ts-expect-error gives another reply
      on(taken, other);
      // @ts-expect-error takes other data
      on(taken, narrow);
    }
    on(queue(orders, [orderPaid, orderShipped]), silentOne);
    // @ts-expect-error one of them is not taken
    on(queue(orders, [orderPaid, event<{ id: number }>('numbers.v1')]), silentOne);
  });

  it('is routed by a text of its data, and waited for where it has a reply', () => {
    expect(route(orderPlaced, { queue: orders, key: 'id', replyWithinMs: 5 })).to.deep.equal({
      ...{ type: 'orders.placed.v1', queue: 'orders', key: 'id', replyWithinMs: 5 },
    });
    // @ts-expect-error no text
    route(orderPaid, { queue: orders, key: 'total' });
    // @ts-expect-error nobody replies
    route(orderPaid, { queue: orders, replyWithinMs: 5 });
    expect(fact(orderPaid, { key: 'id', subscribers: [orders] })).to.deep.equal({
      ...{ type: 'orders.paid.v1', key: 'id', subscribers: [orders], schema: Order },
    });
  });
});

describe('a service', () => {
  const queues = memoryQueues();
  const publishing = (...publishes: readonly AnyEventType[]) =>
    define.single({ ...common, name: 'publishing', publishes, handle: () => ({}) });
  const start = (service: Partial<Service>, on = queues) =>
    host({
      ...{ ports: {}, queues: on, log: silent, fanout: memoryFanout(), metrics: createMetrics('test') },
      newId: () => 'id',
      service: { name: 'shop', queues: [orders], bindings: [], ...service },
    });
  const refusal = (service: Partial<Service>) =>
    start(service).then(
      () => '',
      (thrown: Error) => thrown.message,
    );
  const bindings = [on(cloudEvent(orderPaid), publishing(orderPaid))];
  const facts = (...each: readonly Fact[]) => ({ facts: { exchange: 'shop.facts', facts: each } });

  it('does not start when a function publishes what has no route and is no fact', async () => {
    expect(await refusal({ bindings })).to.match(
      /shop: publishing publishes orders\.paid\.v1, which is no fact, and has no/,
    );
    const elsewhere = route(orderPaid, { queue: { name: 'elsewhere' } });
    expect(await refusal({ bindings, routes: [elsewhere] })).to.match(/has no route to a queue of shop/);
    expect(await refusal({ bindings, routes: [route(orderPaid, { queue: orders })] })).to.equal('');
    expect(await refusal({ bindings, ...facts(fact(orderPaid, { key: 'id' })) })).to.equal('');
  });

  it('does not start on a table that is at odds with itself', async () => {
    const routes = [route(orderPaid, { queue: orders })];
    expect(await refusal({ routes: [...routes, ...routes] })).to.match(/two routes for orders\.paid\.v1/);
    expect(await refusal({ routes, ...facts(fact(orderPaid, { key: 'id' })) })).to.match(/which is a fact/);
    const odd = fact(orderPaid, { key: 'id', subscribers: [{ name: 'odd', partitions: 3 }] });
    expect(await refusal(facts(odd))).to.match(
      /odd subscribes to orders\.paid\.v1, but its 3 partitions do not divide 64/,
    );
  });

  it('has its facts come to who subscribes, in another service and later, several types in one queue, in order', async () => {
    const shared = memoryQueues();
    const search = { name: 'search', partitions: 4 };
    const audit = { name: 'audit', partitions: 0 };
    const both = facts(
      fact(orderPaid, { key: 'id', subscribers: [search, audit] }),
      fact(orderShipped, { key: 'id', subscribers: [search] }),
    );
    const pay = define.single({
      ...{ ...common, name: 'pay', publishes: [orderPaid, orderShipped] },
      handle: (_, { data }) => ({ publish: [orderPaid(data, { id: `${data.id}.paid` }), orderShipped(data)] }),
    });
    const shop = await start({ ...both, queues: [orders], bindings: [on(queue(orders, orderPaid), pay)] }, shared);
    const paid = (id: string) =>
      JSON.stringify({ specversion: '1.0', type: orderPaid.type, id, source: '/x', data: { id, total: 1 } });
    for (const id of ['1', '2', '3']) await shared.publish('orders.0', paid(id));

    const heard: Record<string, string[]> = { search: [], audit: [] };
    const hears = (name: string) =>
      define.batch({
        ...{ ...common, name },
        handle: (_, events) => {
          for (const { type, id, data } of events)
            heard[name]?.push(`${type} ${type === orderPaid.type ? id : data.id}`);
          return { items: events.map(() => ({})) };
        },
      });
    const index = await start(
      {
        ...both,
        name: 'index',
        queues: [search],
        bindings: [on(queue(search, [orderPaid, orderShipped]), hears('search'))],
      },
      shared,
    );
    const book = await start(
      { ...both, name: 'book', queues: [audit], bindings: [on(queue(audit, orderPaid), hears('audit'))] },
      shared,
    );
    await eventually('all of it', () => heard.search?.length === 6 && heard.audit?.length === 3);
    for (const id of ['1', '2', '3']) {
      const about = heard.search?.filter(each => each.includes(` ${id}`));
      expect(about).to.deep.equal([`orders.paid.v1 ${id}.paid`, `orders.shipped.v1 ${id}`]);
    }
    expect(heard.audit?.sort()).to.deep.equal(['1', '2', '3'].map(id => `orders.paid.v1 ${id}.paid`));

    await shared.publish('audit', 'garbage');
    await shared.publish('search.0', JSON.stringify({ ...JSON.parse(paid('9')), type: orderPlaced.type }));
    expect(shared.deadLetters('audit').map(({ reason }) => reason)).to.deep.equal(['not JSON']);
    expect(shared.deadLetters('search.0').map(({ reason }) => reason)).to.deep.equal([
      'an event of type orders.placed.v1 on a queue for orders.paid.v1, orders.shipped.v1',
    ]);
    await Promise.all([shop, index, book].map(each => each.drain(1_000)));
    await shared.close();
  });

  describe('whose facts', () => {
    for (const kind of ['single', 'batch'] as const) {
      it(`of a ${kind} function are confirmed before it is done, and hold up nothing that it emits`, async () => {
        const { queues, runBatch, emitted } = workbench({
          facts: [fact(orderPaid, { key: 'id', subscribers: [orders] })],
        });
        let confirm = (_failure?: Failure): void => {};
        queues.announce = () =>
          new Promise((resolve, reject) => {
            confirm = failure => (failure ? reject(failure) : resolve());
          });
        const declared = { ...common, name: 'pay', publishes: [orderPaid], emits: ['paid'] } as const;
        const outcome = (data: Output<typeof Order>) => ({
          publish: [orderPaid(data)],
          emit: [{ send: 'paid' as const, data: 1, to: ['all'] }],
        });
        const fn =
          kind === 'single'
            ? define.single({ ...declared, handle: (_, { data }) => outcome(data) })
            : define.batch({
                ...declared,
                handle: (_, events) => ({ items: events.map(({ data }) => outcome(data)) }),
              });
        const states: string[] = [];
        const run = async () => {
          const [resolution] = await runBatch(fn, [testEvent({ id: '1', total: 1 })]);
          states.push(resolution?.is ?? 'none');
        };
        for (const failure of [undefined, new Failure('unavailable', 'no broker')]) {
          const running = run();
          const before = emitted.length;
          await eventually('what it emits', () => emitted.length > before);
          await new Promise(setImmediate);
          await new Promise(setImmediate);
          expect(states).to.have.length(failure ? 1 : 0);
          confirm(failure);
          await running;
        }
        expect(states).to.deep.equal(['ok', 'retry']);
      });
    }
  });

  it('gives a key the partition of a subscriber that it has in any queue', () => {
    expect(bindingsOf({ name: 'search', partitions: 2 }, 't')).to.deep.equal([
      { queue: 'search.0', type: 't', part: 0, of: 2 },
      { queue: 'search.1', type: 't', part: 1, of: 2 },
    ]);
    expect(bindingsOf({ name: 'audit', partitions: 0 }, 't')).to.deep.equal([
      { queue: 'audit', type: 't', part: 0, of: 1 },
    ]);
  });
});
