import { expect } from 'chai';
import { physicalQueueOf, physicalQueues } from '#runtime/core/partitions.js';
import { uuid } from '#runtime/testing/context.js';

describe('partitions', () => {
  const chats = { name: 'chats', partitions: 8 };

  it('split a queue into as many ordered ones', () => {
    const names = physicalQueues(chats).map(queue => queue.name);
    expect(names).to.have.length(8).and.include.members(['chats.0', 'chats.7']);
    expect(physicalQueues(chats).every(queue => queue.ordered)).to.equal(true);
  });

  it('leave a queue without partitions whole and unordered', () => {
    expect(physicalQueues({ name: 'reads', partitions: 0 })).to.deep.equal([
      { queue: 'reads', name: 'reads', ordered: false },
    ]);
    expect(physicalQueueOf({ name: 'reads', partitions: 0 }, 'anything')).to.equal('reads');
  });

  it('send one key to one partition, the same one in every version of the program', () => {
    expect(physicalQueueOf(chats, 'a')).to.equal('chats.4');
    expect(physicalQueueOf(chats, uuid(1))).to.equal(physicalQueueOf(chats, uuid(1)));
  });

  it('spread many keys evenly', () => {
    const loads = new Map<string, number>();
    for (let key = 0; key < 8_000; key++) {
      const queue = physicalQueueOf(chats, uuid(key));
      loads.set(queue, (loads.get(queue) ?? 0) + 1);
    }
    expect(loads.size).to.equal(8);
    for (const load of loads.values()) expect(load).to.be.within(800, 1_200);
  });
});
