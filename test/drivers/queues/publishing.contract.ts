/** What is published: when it is confirmed, to whom it may be told, and in which order it comes. */
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { collect, failureOf, numbers, ORDERED, UNORDERED } from './consumers.js';
import type { Processes } from './processes.js';

export function publishing({ connect, queue, fresh }: Processes): void {
  it('delivers in the order of publication, however many are published in one turn', async () => {
    const queues = await connect();
    const name = await queue(queues, true);
    const got: string[] = [];
    await queues.consume(name, ORDERED, delivery => {
      got.push(delivery.body);
      delivery.ack();
    });
    await Promise.all(numbers(1, 2_000).map(body => queues.publish(name, body)));
    await eventually('all of them', () => got.length >= 2_000);
    expect(got).to.deep.equal(numbers(1, 2_000));
  });

  it('keeps a body of many kilobytes and many scripts', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, UNORDERED);
    const body = JSON.stringify('żółć 漢字 🙂 \u0000'.repeat(30_000));
    const published = queues.publish(name, body);
    await eventually('the delivery', () => consumer.deliveries[0]);
    consumer.deliveries[0]?.ack();
    await published;
    expect(consumer.bodies()[0] === body).to.equal(true);
  });

  it('confirms a publish whose message a consumer acknowledges', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, UNORDERED);
    const published = queues.publish(name, '1');
    await consumer.got('1');
    consumer.deliveries[0]?.ack();
    await published;
  });

  it('rejects a publish to a queue that is not there', async () => {
    const queues = await connect();
    const failure = await failureOf(queues.publish(fresh(), '1'));
    expect(failure.code).to.equal('unavailable');
  });

  it('tells how many messages wait, and how many would take them, and says nothing of what is not there', async () => {
    const [queues, other] = await Promise.all([connect(), connect()]);
    const [idle, taken, shared] = [await queue(queues, false), await queue(queues, true), await queue(queues, false)];
    const missing = fresh();
    for (const each of [queues, other]) {
      await collect(each, taken, ORDERED);
      await collect(each, shared, UNORDERED);
    }
    const ask = () => queues.depths([{ name: idle, mark: 1 }, { name: missing }, { name: taken }, { name: shared }]);
    const waiting = numbers(1, 3).map(body => queues.publish(idle, body));
    await eventually('all are counted', async () => {
      expect(await ask()).to.have.deep.members([
        { name: idle, mark: 1, ready: 3, consumers: 0 },
        { name: taken, ready: 0, consumers: 1 },
        { name: shared, ready: 0, consumers: 2 },
      ]);
      return true;
    });
    const consumer = await collect(queues, idle, UNORDERED);
    await consumer.got('1', '2', '3');
    for (const delivery of consumer.deliveries) delivery.ack();
    await Promise.all(waiting);
  });

  it('declares as often as one likes, from many processes at once', async () => {
    const all = await Promise.all([connect(), connect(), connect()]);
    const name = fresh();
    await Promise.all(all.flatMap(queues => [queues, queues]).map(queues => queues.declare([{ name, ordered: true }])));
    for (const queues of all) {
      await eventually('a process that is up', () => {
        expect(queues.state()).to.equal('up');
        return true;
      });
    }
    const [first] = all;
    const consumer = await collect(first!, name, ORDERED);
    const published = first!.publish(name, '1');
    await consumer.got('1');
    consumer.deliveries[0]?.ack();
    await published;
  });

  it('tells the consumer where its replies go, of those messages whose publisher waits for some', async () => {
    const [asking, consuming] = [await connect(), await connect()];
    const name = await queue(asking, true);
    const addresses: unknown[] = [];
    await consuming.consume(name, ORDERED, delivery => {
      addresses.push([delivery.body, delivery.replyTo]);
      delivery.ack();
    });
    const replyTo = { address: 'the asking process', receive: () => expect.fail('a consumer in between replies') };
    await Promise.all([
      asking.publish(name, '1', { replyTo }),
      asking.publish(name, '2'),
      asking.publish(name, '3', { replyTo }),
    ]);
    await eventually('all three', () => addresses.length === 3);
    expect(addresses).to.deep.equal([
      ['1', 'the asking process'],
      ['2', undefined],
      ['3', 'the asking process'],
    ]);
  });

  it('closes twice, and is down and publishes nothing afterwards', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    await Promise.all([queues.close(), queues.close()]);
    await queues.close();
    expect(queues.state()).to.deep.equal({ down: 'closed' });
    expect((await failureOf(queues.publish(name, '1'))).code).to.equal('unavailable');
  });
}
