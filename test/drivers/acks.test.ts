/** What a consumer tells the broker that it has done, and when. */
import { expect } from 'chai';
import { gatherAcks } from '#runtime/drivers/amqp/acks.js';
import { eventually } from '../support/eventually.js';

describe('acknowledgements of a channel', () => {
  /** Opens so many, of at most a thousand that may be in hand. */
  function opened(count: number, most = 1_000) {
    const told: string[] = [];
    const acks = gatherAcks(most, (tag, allUpTo) => told.push(allUpTo ? `up to ${tag}` : `${tag}`));
    for (let tag = 1; tag <= count; tag++) acks.open();
    return { acks, told };
  }

  it('are one for all that were done in their order', () => {
    const { acks, told } = opened(5);
    for (const tag of [1, 2, 3]) acks.settle(tag);
    acks.flush();
    expect(told).to.deep.equal(['up to 3']);
    expect(acks.size).to.equal(2);
  });

  it('never speak of one that is not done, whatever is done before or after it', () => {
    const { acks, told } = opened(5);
    for (const tag of [4, 1, 5]) acks.settle(tag);
    acks.flush();
    expect(told).to.deep.equal(['up to 1', '4', '5']);
    expect(acks.size).to.equal(2);
  });

  it('close a gap without naming again what the broker has forgotten', () => {
    const { acks, told } = opened(6);
    for (const tag of [2, 4]) acks.settle(tag);
    acks.flush();
    for (const tag of [1, 3]) acks.settle(tag);
    acks.flush();
    for (const tag of [6, 5]) acks.settle(tag);
    acks.flush();
    expect(told).to.deep.equal(['2', '4', 'up to 3', 'up to 6']);
    expect(acks.size).to.equal(0);
  });

  it('say nothing twice', () => {
    const { acks, told } = opened(3);
    for (const tag of [1, 1, 3, 3]) acks.settle(tag);
    acks.flush();
    acks.settle(1);
    acks.settle(3);
    acks.flush();
    expect(told).to.deep.equal(['up to 1', '3']);
    expect(acks.size).to.equal(1);
  });

  it('leave when half of what may be in hand waits only for them, and after a moment anyway', async () => {
    const { acks, told } = opened(10, 10);
    for (let tag = 1; tag <= 6; tag++) acks.settle(tag);
    expect(told).to.deep.equal(['up to 5']);
    await eventually('the rest leaves', async () => told.length === 2);
    expect(told[1]).to.equal('up to 6');
  });
});
