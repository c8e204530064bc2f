/** What a lane has been handed and not begun: how much of it is the next batch, and what of it never will be. */
import { expect } from 'chai';
import Type from 'typebox';
import type { Delivery } from '#runtime/contract/ports.js';
import { createDeliveryBuffer } from '#runtime/core/delivery-buffer.js';
import { define, TYPE } from './workbench.js';

const fn = define.single({
  ...{ name: 'take', access: 'nobody', needs: [], summary: 'Takes.', input: Type.Object({ n: Type.Integer() }) },
  handle: () => ({}),
});

const event = (n: unknown) => ({ specversion: '1.0', id: `e${n}`, source: '/x', type: TYPE, data: { n } });

/** A delivery of one event for each; what is no number is garbage. */
function delivery(numbers: readonly unknown[], { stale = false } = {}): Delivery {
  const events = numbers.map(event);
  const body = JSON.stringify(events.length === 1 ? events[0] : events);
  return { body, stale, ack: () => {}, dead: async () => {} };
}

function bench({ size = 100, mostText = 100_000 } = {}) {
  const refused: number[] = [];
  const buffer = createDeliveryBuffer({
    ...{ types: [TYPE], fn, size, mostText },
    refuse: ({ dead }) => void refused.push(dead.length),
  });
  const take = () => buffer.take().items.map(item => (item.event.data as { n: number }).n);
  return { ...buffer, take, taken: buffer.take, refused };
}

describe('a delivery buffer', () => {
  it('gives as many as a batch may have, whatever deliveries they came in, and keeps the others', () => {
    const { add, take, some } = bench({ size: 3 });
    for (const numbers of [[1, 2], [3, 4, 5], [6]]) add(delivery(numbers));
    expect(take()).to.deep.equal([1, 2, 3]);
    expect(take()).to.deep.equal([4, 5, 6]);
    expect(some()).to.equal(false);
    expect(take()).to.deep.equal([]);
  });

  it('has something as long as there is a delivery, or an event of one', () => {
    const { add, take, some } = bench({ size: 1 });
    expect(some()).to.equal(false);
    add(delivery([1, 2]));
    expect(some()).to.equal(true);
    take();
    expect(some()).to.equal(true);
    take();
    expect(some()).to.equal(false);
  });

  it('is full when a batch is as large as it may be, in events or in text', () => {
    const few = bench({ size: 2 });
    few.add(delivery([1]));
    expect(few.full()).to.equal(false);
    few.add(delivery([2]));
    expect(few.full()).to.equal(true);
    expect(few.take(), 'and looking takes nothing away').to.deep.equal([1, 2]);

    const { length } = delivery([1]).body;
    const short = bench({ mostText: 2 * length });
    short.add(delivery([1]));
    expect(short.full()).to.equal(false);
    short.add(delivery([2]));
    expect(short.full()).to.equal(true);
    short.add(delivery([3]));
    expect(short.take()).to.deep.equal([1, 2]);
  });

  it('counts for each event its share of the text that it came in', () => {
    const four = delivery([1, 2, 3, 4]);
    const share = four.body.length / 4;
    const { add, taken } = bench({ mostText: 3 * share });
    add(four);
    const { items, text } = taken();
    expect([items.length, text]).to.deep.equal([3, 3 * share]);
    const rest = taken();
    expect([rest.items.length, rest.text]).to.deep.equal([1, share]);
  });

  it('refuses a delivery that has nothing for the function, and no other', () => {
    const { add, take, refused } = bench();
    for (const numbers of [['a', 'b'], [1], ['c', 2]]) add(delivery(numbers));
    expect(take()).to.deep.equal([1, 2]);
    expect(refused).to.deep.equal([2]);
  });

  it('forgets the first that wait when they are stale, as soon as another one comes', () => {
    const { add, take } = bench();
    add(delivery([1], { stale: true }));
    add(delivery([2]));
    add(delivery([3], { stale: true }));
    add(delivery([4]));
    expect(take()).to.deep.equal([2, 3, 4]);
  });
});
