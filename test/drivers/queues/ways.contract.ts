/** Ways to partitions, and the log that tells of them. */
import { expect } from 'chai';
import { WayClosed } from '#runtime/contract/ports.js';
import { eventually } from '../../support/eventually.js';
import { failureOf, listen, numbers, ORDERED } from './consumers.js';
import type { Processes } from './processes.js';

export function ways({ connect, queue, fresh }: Processes): void {
  describe('ways', () => {
    it('lead to their queues, in order with what goes there directly, until somebody closes them', async () => {
      const [publishing, other] = [await connect(), await connect()];
      const [first, second] = [await queue(publishing, true), await queue(other, true)];
      const got = await listen(other, first, ORDERED);
      const elsewhere = await listen(other, second, ORDERED);
      const way = { name: fresh(), queues: [first, second] };
      await other.openWay(way);
      await Promise.all(
        numbers(1, 20).map(body => publishing.publish(first, body, Number(body) % 2 === 0 ? { way: way.name } : {})),
      );
      await publishing.publish(second, 'there', { way: way.name });
      await other.closeWay(way);
      await other.closeWay(way);
      const late = await failureOf(publishing.publish(first, 'late', { way: way.name }));
      expect(late).to.be.instanceOf(WayClosed);
      await publishing.publish(first, 'last');
      await eventually('the last', () => got.includes('last'));
      expect(got).to.deep.equal([...numbers(1, 20), 'last']);
      expect(elsewhere).to.deep.equal(['there']);
      expect(publishing.state()).to.equal('up');
    });

    it('that were never open turn everybody back', async () => {
      const queues = await connect();
      const name = await queue(queues, true);
      await queues.openWay({ name: fresh(), queues: [name] });
      expect(await failureOf(queues.publish(name, '1', { way: fresh() }))).to.be.instanceOf(WayClosed);
    });

    it('close for one of many that publish at the same time after what was confirmed to them', async () => {
      const [queues, other] = [await connect(), await connect()];
      const name = await queue(queues, true);
      const got = await listen(other, name, ORDERED);
      const way = { name: fresh(), queues: [name] };
      await queues.openWay(way);
      const sent = numbers(1, 400).map(body => queues.publish(name, body, { way: way.name }));
      const closed = other.closeWay(way);
      const confirmed = (await Promise.allSettled(sent)).flatMap(({ status }, at) =>
        status === 'fulfilled' ? [String(at + 1)] : [],
      );
      await closed;
      await eventually('what was confirmed', () => got.length >= confirmed.length);
      expect(got.slice(0, confirmed.length)).to.deep.equal(confirmed);
    });
  });

  describe('logs', () => {
    it('say the same to everybody in the same order, from the first entry on, whoever comes when', async () => {
      const [one, two] = [await connect(), await connect()];
      const name = fresh();
      const heard: string[][] = [[], [], []];
      one.follow(name, entry => heard[0]?.push(entry));
      two.follow(name, entry => heard[1]?.push(entry));
      for (const each of [one, two]) await eventually('up', () => each.state() === 'up');
      await Promise.all(numbers(1, 30).map(entry => (Number(entry) % 3 === 0 ? one : two).append(name, entry)));
      const late = await connect();
      late.follow(name, entry => heard[2]?.push(entry));
      await eventually('everything', () => heard.every(each => each.length === 30));
      expect(heard[0]?.toSorted((a, b) => Number(a) - Number(b))).to.deep.equal(numbers(1, 30));
      expect([heard[1], heard[2]]).to.deep.equal([heard[0], heard[0]]);
    });
  });
}
