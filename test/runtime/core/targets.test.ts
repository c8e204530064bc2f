/** Where events go, and who hears of facts, as a service's table says. */
import { expect } from 'chai';
import Type from 'typebox';
import { type AnyEventType, event } from '#runtime/contract/event-type.js';
import { fact } from '#runtime/contract/route.js';
import { on } from '#runtime/contract/service.js';
import { timer } from '#runtime/contract/trigger.js';
import { subscriptionsOf, targetsOf } from '#runtime/core/targets.js';
import { define } from './workbench.js';

const data = Type.Object({ id: Type.String() });
const [paid, shipped, lost] = [event('paid.v1', { data }), event('shipped.v1', { data }), event('lost.v1', { data })];
const [search, audit] = [
  { name: 'search', partitions: 2 },
  { name: 'audit', partitions: 0 },
];
const publishing = (...publishes: readonly AnyEventType[]) =>
  on(
    timer(1),
    define.single({
      ...{ name: 'tick', access: 'nobody', needs: [], summary: 'Ticks.', input: Type.Object({}), publishes },
      handle: () => ({}),
    }),
  );
const silentOne = on(
  timer(1),
  define.single({
    ...{ name: 'rest', access: 'nobody', needs: [], summary: 'Rests.', input: Type.Object({}) },
    handle: () => ({}),
  }),
);
const facts = {
  exchange: 'facts',
  facts: [
    fact(paid, { key: 'id', subscribers: [search, audit] }),
    fact(shipped, { key: 'id', subscribers: [search] }),
    fact(lost, { key: 'id' }),
  ],
};

describe('the subscriptions that a service sees to', () => {
  it('are those to the facts that it publishes, with each queue once', () => {
    const found = subscriptionsOf({ bindings: [publishing(paid, shipped, lost), silentOne], facts });
    expect(found?.queues.map(({ name }) => name)).to.deep.equal(['search.0', 'search.1', 'audit']);
    expect(found?.topology.exchange).to.equal('facts');
    expect(found?.topology.bindings.map(({ queue, type }) => `${type} to ${queue}`)).to.deep.equal([
      'paid.v1 to search.0',
      'paid.v1 to search.1',
      'paid.v1 to audit',
      'shipped.v1 to search.0',
      'shipped.v1 to search.1',
    ]);
    const one = subscriptionsOf({ bindings: [publishing(shipped)], facts });
    expect(one?.queues.map(({ name }) => name)).to.deep.equal(['search.0', 'search.1']);
  });

  it('are none where nobody hears what it publishes, or it publishes no fact', () => {
    expect(subscriptionsOf({ bindings: [publishing(lost)], facts })).to.equal(undefined);
    expect(subscriptionsOf({ bindings: [silentOne], facts })).to.equal(undefined);
    expect(subscriptionsOf({ bindings: [publishing(paid)] })).to.equal(undefined);
  });
});

describe('a fact', () => {
  const table = { name: 'shop', queues: [], facts };

  it('goes by the slot of its key, where somebody subscribes', () => {
    const target = targetsOf(table).get('paid.v1');
    if (!target || target === 'unheard') return expect.fail('nobody hears it');
    expect(target).to.include({ name: 'facts', key: 'id' });
    expect(target.lane('a')).to.equal('facts.44');
    expect(target.topic?.('a')).to.deep.equal({ exchange: 'facts', type: 'paid.v1', slot: 44 });
  });

  it('is not heard without subscribers, unless somebody outside may hear all of them', () => {
    expect(targetsOf(table).get('lost.v1')).to.equal('unheard');
    expect(targetsOf(table, true).get('lost.v1')).to.include({ name: 'facts' });
  });
});
