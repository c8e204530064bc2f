/** Facts, for any number of subscribers. */
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { collect, listen, numbers, ORDERED, UNORDERED } from './consumers.js';
import type { Processes } from './processes.js';

export function facts({ connect, queue, fresh, deadLetters }: Processes): void {
  describe('facts', () => {
    const topic = (exchange: string, slot: number, type = 'stored.v1') => ({ exchange, type, slot });
    const all = (queue: string, type = 'stored.v1') => ({ queue, type, part: 0, of: 1 });

    it('come to every subscriber, to each of their partitions what is its share, in the order of a slot', async () => {
      const [queues, others] = [await connect(), await connect()];
      const [whole, even, odd] = [await queue(others, false), await queue(queues, true), await queue(queues, true)];
      const exchange = fresh();
      const shares = [even, odd].map((name, part) => ({ queue: name, type: 'stored.v1', part, of: 2 }));
      await queues.bind({ exchange, bindings: [all(whole), ...shares] });
      const got = {
        whole: await listen(others, whole, UNORDERED),
        even: await listen(others, even, ORDERED),
        odd: await listen(others, odd, ORDERED),
      };
      const bodies = numbers(0, 639);
      await Promise.all(bodies.map(body => queues.announce(topic(exchange, Number(body) % 64), body)));
      await eventually('all of them', () => got.whole.length === 640 && got.even.length + got.odd.length === 640);
      expect([...got.whole].sort()).to.deep.equal([...bodies].sort());
      expect(got.even).to.deep.equal(bodies.filter(body => Number(body) % 2 === 0));
      expect(got.odd).to.deep.equal(bodies.filter(body => Number(body) % 2 === 1));
    });

    it('wait for a subscriber that has never run, which holds up neither the publisher nor the others', async () => {
      const queues = await connect();
      const [absent, present] = [await queue(queues, true), await queue(queues, true)];
      const exchange = fresh();
      await queues.bind({ exchange, bindings: [all(absent), all(present)] });
      const got = await listen(queues, present, ORDERED);
      for (const body of numbers(1, 5)) await queues.announce(topic(exchange, 7), body);
      await eventually('what the others get', () => got.length === 5);
      const late = await listen(await connect(), absent, ORDERED);
      await eventually('what the absent one gets', () => late.length === 5);
      expect([got, late]).to.deep.equal([numbers(1, 5), numbers(1, 5)]);
    });

    it('that one subscriber cannot use lie in its dead-letter queue, and nowhere else', async () => {
      const queues = await connect();
      const [choosy, other] = [await queue(queues, true), await queue(queues, true)];
      const exchange = fresh();
      await queues.bind({ exchange, bindings: [all(choosy), all(other)] });
      const consumer = await collect(queues, choosy, ORDERED);
      const got = await listen(queues, other, ORDERED);
      await queues.announce(topic(exchange, 1), 'garbage');
      await consumer.got('garbage');
      await consumer.deliveries[0]?.dead('not JSON');
      await eventually('the other has it', () => got.length === 1);
      expect(await deadLetters(choosy)).to.deep.equal([{ body: 'garbage', reason: 'not JSON' }]);
      expect(await deadLetters(other)).to.deep.equal([]);
    });

    it('of other types, of other exchanges, and that nobody subscribes to, come to nobody', async () => {
      const queues = await connect();
      const name = await queue(queues, true);
      const [exchange, elsewhere] = [fresh(), fresh()];
      await queues.bind({ exchange, bindings: [all(name), all(name, 'added.v1')] });
      await queues.bind({ exchange: elsewhere, bindings: [all(await queue(queues, true))] });
      const got = await listen(queues, name, ORDERED);
      await queues.announce(topic(exchange, 1, 'removed.v1'), 'another type');
      await queues.announce(topic(elsewhere, 1), 'another exchange');
      await queues.announce(topic(fresh(), 1), 'no exchange at all');
      await queues.announce(topic(exchange, 1, 'added.v1'), 'this');
      await eventually('the last', () => got.length > 0);
      expect(got).to.deep.equal(['this']);
    });
  });
}
