/** Facts go to whoever subscribes, and wait for nobody's answer. */
import { expect } from 'chai';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { ended, happened, heldQueues, other, publisherOn, turn } from './held-queues.js';

type Data = Parameters<typeof happened>[0];

describe('the publisher', () => {
  describe('of facts', () => {
    const slotOf = (name: string) => name.split(' ')[2];

    it('sends what has one key in order, whatever its type, and waits for the confirmations', async () => {
      const { queues, published } = heldQueues();
      let done = false;
      const data = [1, 2, 3, 4].map(n => ({ of: 'a', n }));
      const [one, two, three, four] = data as [Data, Data, Data, Data];
      const publishing = publisherOn(queues)
        .publish([happened(one), happened(two), ended(three), happened(four)])
        ?.then(() => {
          done = true;
        });
      await turn();
      expect(new Set(published.map(({ queue }) => slotOf(queue))).size).to.equal(1);
      expect(published.map(({ queue }) => queue.split(' ').slice(0, 2))).to.deep.equal([
        ['facts', 'happened.v1'],
        ['facts', 'ended.v1'],
        ['facts', 'happened.v1'],
      ]);
      const events = published.flatMap(({ body }) => JSON.parse(body) as { subject: string; data: Data }[]).flat();
      expect(events.map(event => event.data)).to.deep.equal(data);
      expect(events.map(({ subject }) => subject)).to.deep.equal(['a', 'a', 'a', 'a']);
      expect(done).to.equal(false);
      for (const { confirm } of published) confirm();
      await publishing;
    });

    it('gives their confirmation to whom wants it by itself, and only where there are any', async () => {
      const { queues, published } = heldQueues();
      const publisher = publisherOn(queues);
      const given: Promise<unknown>[] = [];
      const onFacts = (confirmed: Promise<unknown>) => void given.push(confirmed);
      const publishing = publisher.publish([other(1)], { onFacts });
      expect(given).to.deep.equal([]);
      expect(publisher.publish([happened({ of: 'a', n: 1 })], { onFacts })).to.equal(undefined);
      expect(given).to.have.length(1);
      await turn();
      for (const { confirm } of published) confirm();
      await Promise.all([publishing, ...given]);
    });

    it('sends another key by another slot, the same in every version of the program', async () => {
      const { queues, published } = heldQueues();
      void publisherOn(queues).publish([happened({ of: 'a', n: 1 }), happened({ of: 'b', n: 2 })]);
      await turn();
      expect(published.map(({ queue }) => slotOf(queue))).to.deep.equal(['44', '37']);
    });

    it('does nothing for a fact that nobody subscribes to: no promise, no id, no JSON', async () => {
      const { queues, published } = heldQueues();
      const publisher = publisherOn(queues, memoryFanout(), { subscribers: [] });
      const data = {
        of: 'a',
        n: 1,
        toJSON: () => expect.fail('it is written'),
      };
      expect(publisher.publish([happened(data), ended(data)])).to.equal(undefined);
      void publisher.publish([other(1)]);
      await turn();
      expect(published.map(({ body }) => (JSON.parse(body) as { id: string }).id)).to.deep.equal(['id-1']);
    });
  });
});
