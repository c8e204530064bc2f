/** What becomes of a delivery when its consumer goes, and of a message that is dead. */
import type { GetMessage, Options } from 'amqplib';
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { collect, failureOf, numbers, ORDERED } from './consumers.js';
import { type Troubled, up } from './troubled.js';

export function settling(broker: Troubled): void {
  it('does not start the next consumer of an ordered queue before a cancelled one is done', async () => {
    const [first, second] = [broker.connect({ urls: [broker.url] }), broker.connect({ urls: [broker.url] })];
    const name = broker.fresh();
    await first.declare([{ name, ordered: true }]);
    const leaving = await collect(first, name, { ordered: true, prefetch: 2 });
    await Promise.all(numbers(1, 4).map(body => first.publish(name, body)));
    await leaving.got('1', '2');
    const next = await collect(second, name, ORDERED);
    await up(second);
    await leaving.cancel();
    leaving.deliveries[1]?.ack();
    await Promise.all(numbers(5, 6).map(body => first.publish(name, body)));
    expect(next.bodies()).to.deep.equal([]);
    leaving.deliveries[0]?.ack();
    await next.got('3', '4', '5', '6');
    expect(leaving.bodies()).to.deep.equal(['1', '2']);
  });

  it('keeps a message whose dead letter could not be stored, and its place', async () => {
    const queues = broker.connect({ urls: [broker.url] });
    const name = broker.fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await Promise.all(['1', '2'].map(body => queues.publish(name, body)));
    await consumer.got('1', '2');
    await broker.raw.on(channel => channel.deleteQueue(`${name}.dlq`));
    const dead = consumer.deliveries[0]?.dead('a reason') ?? Promise.resolve();
    expect((await failureOf(dead)).code).to.equal('unavailable');
    await consumer.got('1', '2', '1', '2');
    await up(queues);
    await consumer.deliveries[2]?.dead('a reason');
  });

  it('puts what is not UTF-8 into the dead-letter queue byte for byte, and hands over what follows', async () => {
    const queues = broker.connect({ urls: [broker.url] });
    const name = broker.fresh();
    await queues.declare([{ name, ordered: true }]);
    await up(queues);
    const garbage = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80]);
    await broker.raw.on(async channel => channel.sendToQueue(name, garbage, { contentType: 'image/png' }));
    await queues.publish(name, 'text');
    const consumer = await collect(queues, name, ORDERED);
    await consumer.got('text');
    const letter = await eventually('the dead letter', () =>
      broker.raw.on(channel => channel.get(`${name}.dlq`, { noAck: true })),
    );
    expect([...letter.content]).to.deep.equal([...garbage]);
    expect(letter.properties.contentType).to.equal('image/png');
    expect(letter.properties.headers).to.include({ 'x-reason': 'not UTF-8', 'x-queue': name });
  });

  /** What died of the message, which whoever published it gave these properties. */
  async function dead(body: string, options: Options.Publish, part?: string): Promise<GetMessage> {
    const queues = broker.connect({ urls: [broker.url] });
    const name = broker.fresh();
    await queues.declare([{ name, ordered: true }]);
    await up(queues);
    await broker.raw.on(async channel => channel.sendToQueue(name, Buffer.from(body), options));
    await queues.publish(name, 'what follows');
    const consumer = await collect(queues, name, ORDERED);
    await consumer.got(body, 'what follows');
    await consumer.deliveries[0]?.dead('no such chat', part);
    await eventually('only the other one is left', () => consumer.deliveries[0]?.stale === false);
    const letter = await eventually('the dead letter', () =>
      broker.raw.on(channel => channel.get(`${name}.dlq`, { noAck: true })),
    );
    const { 'x-queue': from = name, 'x-delivery-count': _, ...headers } = letter.properties.headers ?? {};
    expect(from).to.equal(name);
    letter.properties.headers = headers;
    return letter;
  }

  const HEADERS = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...{ tenant: 'blue', attempt: 3, big: 2 ** 40, share: 0.5, urgent: true, nothing: null },
    list: ['a', 1, { deep: 'er' }],
    at: { '!': 'timestamp', value: 1_800_000_000 },
    bytes: Buffer.from([0xff, 0x00]),
  };
  const PROPERTIES: Options.Publish = {
    ...{ contentType: 'application/cloudevents-batch+json', contentEncoding: 'identity', priority: 3 },
    ...{ correlationId: 'c', replyTo: 'r', messageId: 'm', timestamp: 1_700_000_000, type: 't', appId: 'shop' },
  };

  it('keeps all properties and headers of a message that is dead, beside the reason', async () => {
    const { content, properties } = await dead('[1,2]', { ...PROPERTIES, headers: HEADERS });
    expect(content.toString()).to.equal('[1,2]');
    expect(properties).to.deep.include(PROPERTIES);
    const { 'x-reason': reason, 'x-dead-at': at, 'x-letter-id': id, ...headers } = properties.headers ?? {};
    expect([reason, typeof at, typeof id]).to.deep.equal(['no such chat', 'string', 'string']);
    expect(headers).to.deep.equal(HEADERS);
  });

  it('keeps them of the part that is dead, which says what kind of content it is', async () => {
    const { content, properties } = await dead('[1,{"two":2}]', { ...PROPERTIES, headers: HEADERS }, '{"two":2}');
    expect(content.toString()).to.equal('{"two":2}');
    expect(properties).to.deep.include({ ...PROPERTIES, contentType: 'application/cloudevents+json' });
    expect(properties.headers).to.deep.include(HEADERS);
  });

  it('sets aside what would end a dead letter, have it refused, or send copies of it elsewhere', async () => {
    const { fields, properties } = await dead('1', { expiration: '600000', userId: 'guest', CC: ['no-such-queue'] });
    expect(properties).to.deep.include({ expiration: undefined, userId: undefined });
    const aside = { 'x-expiration': '600000', 'x-user-id': 'guest', 'x-cc': ['no-such-queue'] };
    expect(properties.headers).to.deep.include(aside).and.not.to.have.property('CC');
    expect(fields.messageCount, 'copies').to.equal(0);
  });

  it('has the broker keep a dead message whose headers leave no room for a reason', async () => {
    const { properties } = await dead('1', { ...PROPERTIES, headers: { long: 'x'.repeat(65_500) } });
    expect(properties).to.deep.include(PROPERTIES);
    expect(properties.headers?.long).to.have.length(65_500);
    expect(properties.headers?.['x-death']?.[0]).to.include({ reason: 'rejected' });
  });

  it('keeps every message in its place, however often its consumers are restarted under a backlog', async () => {
    const queues = broker.connect({ urls: [broker.url] });
    const name = broker.fresh();
    await queues.declare([{ name, ordered: true }]);
    const backlog = numbers(1, 20);
    for (const body of backlog) await queues.publish(name, body);
    // More often than the 20 times that RabbitMQ 4 allows unless told otherwise, and the 200 that were declared before.
    for (let restarts = 0; restarts < 210; restarts++) {
      await broker.raw.on(async channel => {
        const last = new Promise(resolve => {
          channel.consume(name, message => message?.content.toString() === '20' && resolve(true));
        });
        expect(await last).to.equal(true);
      });
    }
    expect((await broker.raw.on(channel => channel.checkQueue(`${name}.dlq`))).messageCount).to.equal(0);
    const consumer = await collect(queues, name, ORDERED);
    await consumer.got(...backlog);
  });
}
