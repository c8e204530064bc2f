/** The operator's command against a real broker: what it says, what it leaves alone, and that it loses nothing. */
import { randomUUID } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import type { Queues } from '#runtime/contract/ports.js';
import { partitionLog } from '#runtime/core/generations.js';
import { writeGeneration } from '#runtime/core/partition-plan.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { currentArguments, declareFormer, type RawAmqp, rawAmqp } from '../support/amqp.js';
import { runDlq, startDlq } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { type Running, runImage, startImage } from '../support/processes.js';
import { claimServices, type Services } from '../support/services.js';
import { silent } from '../support/silent.js';

const QUEUE = 'read.receipts';
const ORDERED = 'chat.messages.3';

interface Shown {
  readonly at?: string;
  readonly queue: string;
  readonly reason: string;
  readonly encoding?: string;
  readonly properties: object;
  readonly headers?: object;
  readonly body: string;
}

describe('npm run dlq', () => {
  let services: Services;
  let raw: RawAmqp;
  let queues: Queues;

  before(async function () {
    const claimed = await claimServices();
    if ('missing' in claimed) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${claimed.missing}`);
      console.warn(`      SKIPPED: dead letters on a real broker, because of ${claimed.missing}`);
      return this.skip();
    }
    services = claimed;
    raw = await rawAmqp(services.amqp);
  });
  after(async () => {
    await raw?.close();
    await services?.release();
  });
  beforeEach(async () => {
    queues = connectAmqp({ urls: [services.amqp], name: 'test', log: silent });
    await queues.declare([
      { name: QUEUE, ordered: false },
      { name: ORDERED, ordered: true },
    ]);
    await eventually('the broker is there', () => queues.state() === 'up');
  });
  afterEach(async () => {
    await queues?.close();
    await raw?.on(async channel => {
      for (const queue of [QUEUE, ORDERED]) {
        await channel.deleteQueue(queue);
        await channel.deleteQueue(`${queue}.dlq`);
      }
    });
  });

  const dlq = (...words: string[]) => runDlq(words, { AMQP_URL: services.amqp });
  const lines = <Line>(text: string): Line[] =>
    text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line);
  const shown = async (queue: string, ...options: string[]): Promise<Shown[]> => {
    const { code, stdout, stderr } = await dlq('show', queue, ...options);
    expect(code, stderr).to.equal(0);
    return lines<Shown>(stdout);
  };
  const countOf = (queue: string) => raw.on(async channel => (await channel.checkQueue(queue)).messageCount);
  const inQueue = (queue: string, count: number) =>
    eventually(`${count} in ${queue}`, async () => (await countOf(queue)) === count);

  /** Has the messages, and those that wait already, dead-lettered the way that a function does it. */
  async function deadLetter(queue: string, bodies: readonly string[], waiting = 0): Promise<void> {
    const consumer = await queues.consume(queue, { ordered: queue === ORDERED, prefetch: 200 }, delivery => {
      void delivery.dead('no such chat');
    });
    await Promise.all(bodies.map(body => queues.publish(queue, body)));
    await inQueue(`${queue}.dlq`, bodies.length + waiting);
    await consumer.cancel();
  }

  it('lists the dead-letter queues of all queues, with how many messages each holds', async () => {
    await deadLetter(QUEUE, ['1', '2', '3']);
    const { code, stdout } = await dlq('list');
    expect(code).to.equal(0);
    const listed = lines<{ queue: string; messages?: number }>(stdout);
    expect(listed.map(({ queue }) => queue)).to.deep.equal([
      ...['chat.messages', 'chat.changes'].flatMap(queue =>
        Array.from({ length: 8 }, (_, partition) => `${queue}.${partition}.dlq`),
      ),
      'chat.messages.delivered.dlq',
      'read.receipts.dlq',
      'presence.events.dlq',
      'previews.wanted.dlq',
      'media.ready.dlq',
    ]);
    expect(listed.find(({ queue }) => queue === 'read.receipts.dlq')?.messages).to.equal(3);
    expect(listed.find(({ queue }) => queue === 'chat.messages.3.dlq')?.messages).to.equal(0);
    expect(
      listed.find(({ queue }) => queue === 'presence.events.dlq'),
      'not made yet',
    ).not.to.have.property('messages');
  });

  it('shows why and when a message died, and what it was, and leaves it there', async () => {
    await deadLetter(QUEUE, ['one', 'two', 'x'.repeat(5_000)]);
    const all = await shown('read.receipts.dlq');
    expect(all.map(({ queue, reason }) => [queue, reason])).to.deep.equal(Array(3).fill([QUEUE, 'no such chat']));
    expect(new Date(all[0]?.at ?? '').getTime()).to.be.within(Date.now() - 30_000, Date.now());
    expect(all.map(({ body }) => body.slice(0, 3))).to.deep.equal(['one', 'two', 'xxx']);
    expect(all[2]?.body).to.match(/^x{2000}… \(5000 bytes\)$/);
    expect(
      (await shown(QUEUE, '--limit', '2')).map(({ body }) => body),
      'in place',
    ).to.deep.equal(['one', 'two']);
    await inQueue(`${QUEUE}.dlq`, 3);
  });

  it('shows what the broker gave up, as what was published with a time to live', async () => {
    const headers = { tenant: 'blue' };
    await raw.on(async channel => channel.sendToQueue(ORDERED, Buffer.from('too late'), { expiration: 1, headers }));
    await inQueue(`${ORDERED}.dlq`, 1);
    const [letter] = await shown(ORDERED);
    expect(letter).to.include({ queue: ORDERED, body: 'too late', reason: 'the broker gave it up: expired' });
    expect(new Date(letter?.at ?? '').getTime()).to.be.within(Date.now() - 60_000, Date.now() + 1_000);
    expect((await dlq('retry', ORDERED)).code).to.equal(0);
    const back = await raw.on(
      channel => new Promise<ConsumeMessage | null>(resolve => void channel.consume(ORDERED, resolve, { noAck: true })),
    );
    expect(back?.content.toString()).to.equal('too late');
    expect(back?.properties.headers).to.deep.equal(headers);
  });

  it('sends messages again with all properties and headers that they had', async () => {
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tries: 3, list: ['a'] };
    const properties = {
      ...{ contentType: 'application/cloudevents+json', contentEncoding: 'identity', correlationId: 'c', replyTo: 'r' },
      ...{ messageId: 'm', timestamp: 1_700_000_000, type: 't', appId: 'shop', priority: 3, expiration: '600000' },
      ...{ userId: decodeURIComponent(new URL(services.amqp).username) },
    };
    await raw.on(async channel => channel.sendToQueue(QUEUE, Buffer.from('1'), { ...properties, headers }));
    await inQueue(QUEUE, 1);
    await deadLetter(QUEUE, [], 1);
    const [letter] = await shown(QUEUE);
    expect(letter?.properties).to.include({ correlationId: 'c', type: 't', priority: 3 });
    expect(letter?.headers).to.deep.include({ ...headers, 'x-reason': 'no such chat', 'x-expiration': '600000' });
    expect((await dlq('retry', QUEUE)).code).to.equal(0);
    await inQueue(QUEUE, 1);
    const back = await raw.on(channel => channel.get(QUEUE, { noAck: true }));
    if (back === false) throw new Error('nothing came back');
    const { 'x-delivery-count': _, ...theirs } = back.properties.headers ?? {};
    expect(back.properties).to.deep.include(properties);
    expect(theirs).to.deep.equal(headers);
  });

  it('makes queues of an older version anew, with what waits in them in its order, and takes up what broke off', async () => {
    const bodies = Array.from({ length: 450 }, (_, n) => `${n}`);
    await queues.close();
    await raw.on(async channel => {
      await channel.deleteQueue(ORDERED);
      await declareFormer(channel, ORDERED);
      for (const body of bodies) channel.sendToQueue(ORDERED, Buffer.from(body), { type: 't', persistent: true });
      // As an upgrade leaves it that was killed after its first messages.
      await channel.assertQueue(`${ORDERED}.upgrade`, { durable: true, arguments: currentArguments(ORDERED) });
      channel.sendToQueue(`${ORDERED}.upgrade`, Buffer.from('before them'));
    });
    await inQueue(ORDERED, bodies.length);
    const { code, stdout, stderr } = await dlq('upgrade');
    expect(code, stderr).to.equal(0);
    expect(lines(stdout)).to.deep.equal([{ queue: ORDERED, moved: bodies.length + 1 }]);
    expect(lines((await dlq('upgrade')).stdout), 'again').to.deep.equal([]);
    queues = connectAmqp({ urls: [services.amqp], name: 'test', log: silent });
    await queues.declare([{ name: ORDERED, ordered: true }]);
    const heard: string[] = [];
    await queues.consume(ORDERED, { ordered: true, prefetch: 500 }, delivery => {
      heard.push(delivery.body);
      delivery.ack();
    });
    await eventually('all', () => heard.length > bodies.length);
    expect(heard).to.deep.equal(['before them', ...bodies]);
    // The first deliveries may be here before the subscription knows that it stands.
    await eventually('it stands', () => queues.state() === 'up');
  });

  it('makes no queue anew that somebody consumes', async () => {
    await queues.close();
    await raw.on(async channel => {
      await channel.deleteQueue(ORDERED);
      await declareFormer(channel, ORDERED);
      await channel.consume(ORDERED, () => undefined);
      const { code, stderr } = await dlq('upgrade');
      expect([code, stderr]).to.deep.equal([
        69,
        `${ORDERED} is consumed: stop all images first, those that publish to it too\n`,
      ]);
    });
  });

  it('sends messages again to where they came from, as they were and in their order, as many as it is told', async () => {
    const garbage = Buffer.from([0xff, 0x00, 0x1b]);
    await raw.on(async channel => channel.sendToQueue(QUEUE, garbage, { contentType: 'image/png' }));
    await deadLetter(QUEUE, ['second', 'third'], 1);
    expect((await shown(QUEUE)).find(({ encoding }) => encoding === 'base64')?.body).to.equal(
      garbage.toString('base64'),
    );
    const { code, stdout } = await dlq('retry', QUEUE, '--limit', '2');
    expect(code).to.equal(0);
    expect(stdout).to.equal('2 sent again from read.receipts.dlq\n');
    await inQueue(QUEUE, 2);
    await inQueue(`${QUEUE}.dlq`, 1);
    await raw.on(async channel => {
      const first = await channel.get(QUEUE, { noAck: true });
      if (first === false) throw new Error('nothing came back');
      expect([...first.content]).to.deep.equal([...garbage]);
      expect(first.properties.contentType).to.equal('image/png');
      const second = await channel.get(QUEUE, { noAck: true });
      expect(second !== false && second.content.toString()).to.equal('second');
    });
  });

  it('sends what says that it is from elsewhere to the queue in whose dead-letter queue it lies', async () => {
    await raw.on(async channel => {
      await channel.assertQueue('somebody-elses', { durable: true });
      channel.sendToQueue(`${QUEUE}.dlq`, Buffer.from('1'), { headers: { 'x-queue': 'somebody-elses' } });
    });
    await inQueue(`${QUEUE}.dlq`, 1);
    expect((await dlq('retry', QUEUE)).code).to.equal(0);
    await inQueue(QUEUE, 1);
    expect(await countOf('somebody-elses')).to.equal(0);
  });

  it('leaves a message where it is when its queue is gone, and says so', async () => {
    await deadLetter(QUEUE, ['1', '2']);
    await queues.close();
    await raw.on(channel => channel.deleteQueue(QUEUE));
    const { code, stdout, stderr } = await dlq('retry', QUEUE);
    expect([code, stdout]).to.deep.equal([69, '0 sent again from read.receipts.dlq\n']);
    expect(stderr).to.equal('there is no queue read.receipts at the broker\n');
    await inQueue(`${QUEUE}.dlq`, 2);
  });

  it('loses nothing when it is killed in the middle, and doubles a window at most', async () => {
    const bodies = Array.from({ length: 3_000 }, (_, n) => `${n}`);
    await deadLetter(QUEUE, bodies);
    const retrying = startDlq(['retry', QUEUE], { AMQP_URL: services.amqp });
    await eventually('it is at work', async () => (await countOf(QUEUE)) > 50, { every: 1 });
    retrying.kill();
    await retrying.ended;
    const [again, left] = await eventually('all deliveries of the dead are back', async () => {
      const counts = [await countOf(QUEUE), await countOf(`${QUEUE}.dlq`)] as const;
      return counts[0] + counts[1] >= bodies.length && counts;
    });
    expect(left, 'killed in the middle').to.be.greaterThan(0);
    expect(again + left).to.be.within(bodies.length, bodies.length + 100);
    expect((await dlq('retry', QUEUE)).code).to.equal(0);
    const heard = new Set<string>();
    await queues.consume(QUEUE, { ordered: false, prefetch: 500 }, delivery => {
      heard.add(delivery.body);
      delivery.ack();
    });
    await eventually('every one of them', () => heard.size === bodies.length);
  });

  it('prints what it drops, whole, and forgets it', async () => {
    const long = 'y'.repeat(9_000);
    await deadLetter(QUEUE, ['1', long, '3']);
    const { code, stdout } = await dlq('drop', QUEUE, '--limit', '2');
    expect(code).to.equal(0);
    expect(lines<Shown>(stdout).map(({ body }) => body)).to.deep.equal(['1', long]);
    expect((await shown(QUEUE)).map(({ body }) => body)).to.deep.equal(['3']);
  });

  it('knows the partitions of every number that the queue has had', async () => {
    const log = partitionLog({ name: 'chat.messages', partitions: 8 });
    const stop = new Promise<void>(resolve => queues.follow(log, () => resolve()));
    await eventually('the log is there', () => queues.state() === 'up');
    for (const [number, partitions] of [8, 16].entries()) {
      await queues.append(log, writeGeneration({ number, partitions, way: `way-${number}` }));
    }
    await stop;
    const names = lines<{ queue: string }>((await dlq('list')).stdout).map(({ queue }) => queue);
    expect(names).to.include.members(['chat.messages.7.dlq', 'chat.messages.1-15.dlq', 'chat.changes.0.dlq']);
    expect(names).not.to.include('chat.messages.1-16.dlq');
    expect((await dlq('show', 'chat.messages.1-15')).code).to.equal(0);
    await queues.close();
    await raw.on(channel => channel.deleteQueue(log));
  });

  it('says which queues there are when it is asked for another', async () => {
    const { code, stdout, stderr } = await dlq('show', 'chat.messages');
    expect([code, stdout]).to.deep.equal([64, '']);
    expect(stderr).to.match(/^there is no queue chat\.messages; there are chat\.messages\.0, .*media\.ready\n/);
  });

  it('ends with 69 and a line without the password when the broker does not want it', async () => {
    const url = new URL(services.amqp);
    url.password = 'open-sesame';
    const { code, stderr } = await runDlq(['list'], { AMQP_URL: `amqp://x:open-sesame@127.0.0.1:1,${url.href}` });
    expect(code).to.equal(69);
    expect(stderr).to.match(/^no broker can be talked to; 127\.0\.0\.1:1: .*ECONNREFUSED.*ACCESS_REFUSED.*\n$/);
    expect(stderr).not.to.contain('open-sesame');
  });

  describe('and the images', () => {
    let chatSvc: Running | undefined;
    afterEach(async () => {
      await queues.close();
      await chatSvc?.stop();
    });

    it('has a poisonous message stored once its cause is mended', async () => {
      const env = { DSN: services.dsn, REDIS_ADDR: services.redis, AMQP_URL: services.amqp };
      expect((await runImage('migrate', env)).code).to.equal(0);
      chatSvc = await startImage('chat-svc', env);
      const [chatId, senderId] = [randomUUID(), randomUUID()];
      const data = { id: randomUUID(), chatId, clientId: 'once', senderId, body: 'better late than never' };
      const type = 'minitelegram.message.sent.v1';
      await queues.publish(ORDERED, JSON.stringify({ specversion: '1.0', id: data.id, source: '/test', type, data }));
      await inQueue(`${ORDERED}.dlq`, 1);
      expect((await shown(ORDERED))[0]).to.include({ reason: 'no such chat', queue: ORDERED });

      await services.query(
        `with u as (insert into users (id, email, username, display_name, password_hash, created_at)
           values ($1, 'ann@example.org', 'ann', 'Ann', '', now()) returning id),
         c as (insert into chats (id, type, title, created_at, member_count, active_at)
           values ($2, 'group', 'g', now(), 1, now()) returning id)
         insert into members (chat_id, user_id, role, joined_at) select c.id, u.id, 'owner', now() from c, u`,
        [senderId, chatId],
      );
      expect((await dlq('retry', ORDERED)).stdout).to.equal('1 sent again from chat.messages.3.dlq\n');
      const stored = await eventually('it is stored', async () => {
        const rows = await services.query<{ seq: string; body: string }>('select seq, body from messages');
        return rows.length > 0 && rows;
      });
      expect(stored.map(({ seq, body }) => [Number(seq), body])).to.deep.equal([[1, 'better late than never']]);
      await inQueue(`${ORDERED}.dlq`, 0);
    });
  });
});

describe('npm run dlq, without a broker', () => {
  it('names the variable that it needs, and ends with 78', async () => {
    const { code, stdout, stderr } = await runDlq(['list'], {});
    expect([code, stdout, stderr]).to.deep.equal([78, '', 'AMQP_URL: is required by dlq\n']);
  });

  it('says what is wrong with AMQP_URL and not what it is', async () => {
    const { code, stderr } = await runDlq(['list'], { AMQP_URL: 'http://x:sesame@y' });
    expect([code, stderr]).to.deep.equal([78, 'AMQP_URL: must begin with amqp:// or amqps://\n']);
  });

  it('explains itself', async () => {
    const asked = await runDlq(['--help'], {});
    expect([asked.code, asked.stderr]).to.deep.equal([0, '']);
    expect(asked.stdout).to.match(/usage: npm run dlq/);
    const lost = await runDlq([], {});
    expect([lost.code, lost.stdout]).to.deep.equal([64, '']);
    expect(lost.stderr).to.match(/usage: npm run dlq/);
  });
});
