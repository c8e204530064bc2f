/** Who gets a message, how many at a time, and who gets it after them. */
import { expect } from 'chai';
import type { Delivery } from '#runtime/contract/ports.js';
import { eventually } from '../../support/eventually.js';
import { collect, numbers, ORDERED } from './consumers.js';
import type { Processes } from './processes.js';

const turn = () => new Promise(resolve => setImmediate(resolve));

export function consuming({ connect, queue }: Processes): void {
  it('hands over no more than the prefetch, and more when some are done', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, { ordered: false, prefetch: 3 });
    for (const body of numbers(1, 10)) queues.publish(name, body).catch(() => undefined);
    await consumer.got('1', '2', '3');
    consumer.deliveries[1]?.ack();
    await consumer.got('1', '2', '3', '4');
    consumer.deliveries[0]?.ack();
    await consumer.deliveries[2]?.dead('not wanted');
    await consumer.got('1', '2', '3', '4', '5', '6');
  });

  it('delivers again what a consumer leaves behind, in order and before what is younger', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, true);
    const leaving = await collect(first, name, { ordered: true, prefetch: 3 });
    for (const body of numbers(1, 5)) second.publish(name, body).catch(() => undefined);
    await leaving.got('1', '2', '3');
    await first.close();
    const next = await collect(second, name, ORDERED);
    await next.got('1', '2', '3', '4', '5');
  });

  it('says of a delivery that it comes again', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, true);
    const leaving = await collect(first, name, ORDERED);
    second.publish(name, '1').catch(() => undefined);
    await leaving.got('1');
    expect(leaving.deliveries[0]?.stale).to.equal(false);
    await first.close();
    expect(leaving.deliveries[0]?.stale).to.equal(true);
    const next = await collect(second, name, ORDERED);
    await next.got('1');
    expect(next.deliveries[0]?.stale).to.equal(false);
  });

  it('has one consumer of an ordered queue at a time, and another when it goes', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, true);
    const consumers = await Promise.all([first, second].map(queues => collect(queues, name, ORDERED)));
    const publisher = await connect();
    for (const body of numbers(1, 20)) publisher.publish(name, body).catch(() => undefined);
    const active = await eventually('somebody with all of them', () =>
      consumers.find(({ deliveries }) => deliveries.length === 20),
    );
    const standby = consumers.find(consumer => consumer !== active)!;
    expect(active.bodies()).to.deep.equal(numbers(1, 20));
    expect(standby.bodies()).to.deep.equal([]);
    for (const delivery of active.deliveries.slice(0, 10)) delivery.ack();
    await turn();
    await (active === consumers[0] ? first : second).close();
    await standby.got(...numbers(11, 20));
  });

  it('shares an unordered queue among its consumers', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, false);
    const consumers = await Promise.all(
      [first, second].map(queues => collect(queues, name, { ordered: false, prefetch: 5 })),
    );
    for (const body of numbers(1, 10)) first.publish(name, body).catch(() => undefined);
    await eventually('both with their share', () => consumers.every(({ deliveries }) => deliveries.length === 5));
    const all = consumers.flatMap(consumer => consumer.bodies()).sort((a, b) => Number(a) - Number(b));
    expect(all).to.deep.equal(numbers(1, 10));
  });

  it('consumes several queues together, each in its order, though one of them is not done', async () => {
    const queues = await connect();
    const [slow, quick] = [await queue(queues, true), await queue(queues, true)];
    const heard: [queue: string, delivery: Delivery][] = [];
    const consumer = await queues.consume([slow, quick], { ordered: true, prefetch: 2 }, (delivery, from) => {
      heard.push([from, delivery]);
      if (from === quick) delivery.ack();
    });
    const of = (name: string) => heard.flatMap(([from, { body }]) => (from === name ? [body] : []));
    for (const body of numbers(1, 20)) {
      for (const name of [slow, quick]) queues.publish(name, body).catch(() => undefined);
    }
    await eventually('all of the quick one', () => of(quick).length === 20);
    expect(of(quick)).to.deep.equal(numbers(1, 20));
    expect(of(slow)).to.deep.equal(['1', '2']);

    const next = await collect(await connect(), slow, ORDERED);
    await consumer.cancel();
    for (const [from, delivery] of heard) if (from === slow) delivery.ack();
    await next.got(...numbers(3, 20));
    expect(of(slow)).to.deep.equal(['1', '2']);
  });

  for (const ordered of [true, false]) {
    it(`takes acknowledgements after a cancel, and delivers the rest elsewhere (${ordered ? 'ordered' : 'unordered'})`, async () => {
      const [first, second] = [await connect(), await connect()];
      const name = await queue(first, ordered);
      const leaving = await collect(first, name, { ordered, prefetch: 3 });
      const published = numbers(1, 5).map(body => second.publish(name, body));
      for (const publish of published) publish.catch(() => undefined);
      await leaving.got('1', '2', '3');
      await leaving.cancel();
      leaving.deliveries[0]?.ack();
      await leaving.deliveries[1]?.dead('never');
      await Promise.all(published.slice(0, 2));
      await turn();
      await first.close();
      const next = await collect(second, name, { ordered, prefetch: 100 });
      await next.got('3', '4', '5');
      expect(leaving.bodies()).to.deep.equal(['1', '2', '3']);
    });
  }
}
