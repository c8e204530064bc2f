/** Queues that are not as they were declared, or not there any more. */
import { expect } from 'chai';
import { declareFormer } from '../../support/amqp.js';
import { eventually } from '../../support/eventually.js';
import { collect, ORDERED } from './consumers.js';
import { down, type Troubled, up } from './troubled.js';

export function declared(broker: Troubled): void {
  it('names the queue that exists with other properties, and comes up when it is gone', async () => {
    const queues = broker.connect({ urls: [broker.url] });
    const name = broker.fresh();
    await broker.raw.on(channel => channel.assertQueue(name, { durable: true }));
    await queues.declare([{ name, ordered: true }]);
    await down(queues, new RegExp(`PRECONDITION_FAILED.*${name}`));
    await broker.raw.on(channel => channel.deleteQueue(name));
    await up(queues);
    await queues.publish(name, '1');
  });

  it('does the same for a consumer, whose trouble leaves publishing alone', async () => {
    const queues = broker.connect({ urls: [broker.url] });
    const [good, bad] = [broker.fresh(), broker.fresh()];
    await queues.declare([{ name: good, ordered: false }]);
    await up(queues);
    await broker.raw.on(channel => channel.assertQueue(bad, { durable: true }));
    const consumer = await collect(queues, bad, ORDERED);
    await down(queues, new RegExp(`PRECONDITION_FAILED.*${bad}`));
    await queues.publish(good, '1');
    await consumer.cancel();
    expect(queues.state()).to.equal('up');
  });

  it('makes its queue again and goes on when somebody deletes it', async () => {
    const queues = broker.connect({ urls: [broker.url] });
    const name = broker.fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await up(queues);
    await broker.raw.on(channel => channel.deleteQueue(name));
    await queues.publish(name, '1');
    await eventually('its delivery', () => consumer.bodies().includes('1'));
  });

  it('uses a queue that an older version declared, and says that it is degraded', async () => {
    const name = broker.fresh();
    await broker.raw.on(channel => declareFormer(channel, name));
    const queues = broker.connect({ urls: [broker.url] });
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await queues.publish(name, '1');
    await consumer.got('1');
    expect(queues.state())
      .to.have.property('degraded')
      .that.matches(new RegExp(`dlq -- upgrade.*${name}`));
  });
}
