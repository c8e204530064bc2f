import { expect } from 'chai';
import { event } from '#runtime/contract/event-type.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Delivery, Fanout, Queues } from '#runtime/contract/ports.js';
import { fact, type QueueSpec, route } from '#runtime/contract/route.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { createPublisher } from '#runtime/core/publisher.js';
import { targetsOf } from '#runtime/core/targets.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { NOW } from '#runtime/testing/context.js';
import { eventually } from '../../support/eventually.js';
import { context, recorder } from './recorder.js';

const thing = event<{ readonly of: string; readonly n: number }>('thing.v1');
const other = event<unknown, unknown>('t');
const happened = event<{ readonly of: string; readonly n: number }>('happened.v1');
const ended = event<{ readonly of: string; readonly n: number }>('ended.v1');
const search = { name: 'search', partitions: 4 };

interface Options extends Partial<Pick<Parameters<typeof createPublisher>[0], 'metrics' | 'tracer'>> {
  readonly replyWithinMs?: number;
  readonly subscribers?: readonly QueueSpec[];
}

function publisherOn(
  queues: Queues,
  fanout: Pick<Fanout, 'address' | 'onReply'> = memoryFanout(),
  { replyWithinMs = 1_000, subscribers = [search], ...watching }: Options = {},
) {
  let ids = 0;
  const [things, others] = [
    { name: 'things', partitions: 2 },
    { name: 'others', partitions: 0 },
  ];
  const targets = targetsOf({
    name: 'test',
    queues: [things, others],
    routes: [route(thing, { queue: things, key: 'of' }), route(other, { queue: others, replyWithinMs })],
    facts: { exchange: 'facts', facts: [happened, ended].map(each => fact(each, { key: 'of', subscribers })) },
  });
  return createPublisher({
    queues,
    fanout,
    targets,
    source: '/test',
    newId: () => `id-${++ids}`,
    now: () => NOW,
    ...watching,
  });
}
const ASKING = { settles: true };

type Data = Parameters<typeof happened>[0];

/** Queues that record what is published and confirm when they are told to. */
function heldQueues() {
  const published: { queue: string; body: string; replyTo: unknown; confirm(): void; refuse(why: Failure): void }[] =
    [];
  let receive: (answers: readonly unknown[]) => void = () => {};
  const queues: Queues = {
    name: 'held',
    state: () => 'up',
    close: async () => {},
    declare: async () => {},
    publish: (queue, body, { replyTo } = {}) =>
      new Promise((confirm, refuse) => published.push({ queue, body, replyTo: replyTo?.address, confirm, refuse })),
    openWay: async () => {},
    closeWay: async () => {},
    append: async () => {},
    follow: () => {},
    bind: async () => {},
    announce: ({ exchange, type, slot }, body) =>
      new Promise((confirm, refuse) => {
        published.push({ queue: `${exchange} ${type} ${slot}`, body, replyTo: undefined, confirm, refuse });
      }),
    consume: async () => ({ cancel: async () => {} }),
    depths: async () => [],
  };
  const fanout: Pick<Fanout, 'address' | 'onReply'> = {
    address: () => 'here',
    onReply: listener => {
      receive = listener;
    },
  };
  return { queues, fanout, published, answer: (answers: object[]) => receive(answers) };
}

const turn = () => new Promise(resolve => setImmediate(() => setImmediate(resolve)));

describe('the publisher', () => {
  it('sends the publications of one moment together, in order, one message a physical queue', async () => {
    const { queues, published } = heldQueues();
    const publisher = publisherOn(queues);
    void publisher.publish([other(1)]);
    void publisher.publish([other(2), thing({ of: 'a', n: 3 })]);
    await turn();
    expect(published.map(each => each.queue)).to.deep.equal(['others', 'things.0']);
    const events = JSON.parse(published[0]?.body ?? '') as { data: unknown }[];
    expect(events.map(event => event.data)).to.deep.equal([1, 2]);
    expect(JSON.parse(published[1]?.body ?? '')).to.deep.equal({
      specversion: '1.0',
      id: 'id-3',
      source: '/test',
      type: 'thing.v1',
      time: '2026-01-02T03:04:05.678Z',
      datacontenttype: 'application/json',
      subject: 'a',
      data: { of: 'a', n: 3 },
    });
  });

  it('resolves only when the broker has confirmed', async () => {
    const { queues, published } = heldQueues();
    let done = false;
    const publishing = publisherOn(queues)
      .publish([other(1)])
      ?.then(() => {
        done = true;
      });
    await turn();
    expect(done).to.equal(false);
    published[0]?.confirm();
    await publishing;
    expect(done).to.equal(true);
  });

  it('passes on that the broker did not', async () => {
    const { queues, published } = heldQueues();
    const publishing = publisherOn(queues, memoryFanout(), { replyWithinMs: 50 }).publish([other(1)], ASKING);
    await turn();
    published[0]?.refuse(new Failure('unavailable', 'no broker'));
    const failure = await publishing?.catch(thrown => thrown);
    expect(failure).to.have.property('code', 'unavailable');
  });

  it('says that it has no answer when the time is over, but not before the message is safe', async () => {
    const { queues, published } = heldQueues();
    const started = performance.now();
    const publishing = publisherOn(queues, memoryFanout(), { replyWithinMs: 30 }).publish([other(1)], ASKING);
    setTimeout(() => published[0]?.confirm(), 120);
    expect(await publishing).to.deep.equal({});
    expect(performance.now() - started).to.be.greaterThan(110);
  });

  it('takes an answer for the proof that the message was safe', async () => {
    const { queues, fanout, published, answer } = heldQueues();
    const publishing = publisherOn(queues, fanout).publish([other(1, { id: 'x' })], ASKING);
    await turn();
    expect(published[0]?.replyTo).to.equal('here');
    answer([
      { id: 'somebody else', reply: 1 },
      { id: 'x', reply: { seq: 7 } },
    ]);
    expect(await publishing).to.deep.equal({ reply: { seq: 7 } });
  });

  it('throws the failure that the consumer answered', async () => {
    const { queues, fanout, answer } = heldQueues();
    const publishing = publisherOn(queues, fanout).publish([other(1, { id: 'x' })], ASKING);
    await turn();
    answer([{ id: 'x', failure: { code: 'forbidden', message: 'not yours' } }]);
    const failure = await publishing?.catch(thrown => thrown);
    expect(failure).to.be.instanceOf(Failure).and.to.include({ code: 'forbidden', message: 'not yours' });
  });

  it('splits what would be too much for one message, and keeps the order', async () => {
    const queues = memoryQueues();
    await queues.declare([{ name: 'others', ordered: true }]);
    const bodies: string[] = [];
    await queues.consume('others', { ordered: true, prefetch: 10 }, (delivery: Delivery) => {
      bodies.push(delivery.body);
      delivery.ack();
    });
    const many = Array.from({ length: 200 }, (_, data) => other(data));
    await publisherOn(queues).publish(many);
    expect(bodies.length).to.equal(4);
    const data = bodies.flatMap(body => (JSON.parse(body) as { data: number }[]).map(event => event.data));
    expect(data).to.deep.equal(many.map(each => each.data));
  });

  it('puts less together of what is long, and never cuts an event', async () => {
    const { queues, published } = heldQueues();
    const texts = [12, 12, 12, 100, 1].map((kb, n) => `${n}`.padEnd(kb * 1024, '.'));
    void publisherOn(queues).publish(texts.map(data => other(data)));
    await turn();
    const sent = published.map(({ body }) => [JSON.parse(body) as { data: string }].flat().map(({ data }) => data));
    expect(sent.map(together => together.length)).to.deep.equal([2, 1, 1, 1]);
    expect(sent.flat()).to.deep.equal(texts);
  });

  it('waits for no confirmation for ever before it sends what comes after', async () => {
    const { queues, published } = heldQueues();
    const publisher = publisherOn(queues);
    for (const data of [1, 2]) {
      void publisher.publish([other(data)]);
      await turn();
    }
    await eventually('the second', () => published.length === 2, { every: 1 });
  });

  it('has no timer left when its reply is there', async () => {
    const { queues, fanout, published, answer } = heldQueues();
    const timers = () => process.getActiveResourcesInfo().filter(each => each === 'Timeout').length;
    await turn();
    const before = timers();
    const publishing = publisherOn(queues, fanout).publish([other(1, { id: 'x' })], ASKING);
    await turn();
    published[0]?.confirm();
    answer([{ id: 'x', reply: 1 }]);
    await publishing;
    await turn();
    expect(timers()).to.be.at.most(before);
  });

  it('asks for no reply where nobody looks at it', async () => {
    const { queues, published } = heldQueues();
    const publishing = publisherOn(queues).publish([other(1)]);
    await turn();
    expect(published[0]?.replyTo).to.equal(undefined);
    published[0]?.confirm();
    expect(await publishing).to.deep.equal({});
  });

  it('gives the last reply that is asked for, when all are there, whatever is published besides', async () => {
    const { queues, fanout, published, answer } = heldQueues();
    let given: unknown;
    const publishing = publisherOn(queues, fanout)
      .publish([other(1, { id: 'x' }), other(2, { id: 'y' }), thing({ of: 'a', n: 3 })], ASKING)
      ?.then(({ reply }) => {
        given = reply;
      });
    await turn();
    for (const { confirm } of published) confirm();
    answer([{ id: 'y', reply: 'last' }]);
    await turn();
    expect(given).to.equal(undefined);
    answer([{ id: 'x', reply: 'first' }]);
    await publishing;
    expect(given).to.equal('last');
  });

  it('hands on which members of the data were at fault', async () => {
    const { queues, fanout, answer } = heldQueues();
    const errors = [{ path: '/body', message: 'is empty' }];
    const publishing = publisherOn(queues, fanout).publish([other(1, { id: 'x' })], ASKING);
    await turn();
    answer([{ id: 'x', failure: { code: 'invalid', message: 'no', errors } }]);
    expect(await publishing?.catch(thrown => thrown)).to.deep.include({ code: 'invalid', errors });
  });

  it('publishes data that has no members where no member of it orders', async () => {
    const { queues, published } = heldQueues();
    void publisherOn(queues).publish([other(null)]);
    await turn();
    expect(JSON.parse(published[0]?.body ?? '')).to.include({ type: 't', data: null });
  });

  it('counts what is safe by queue, and nothing that is not', async () => {
    const { queues, published } = heldQueues();
    const metrics = createMetrics('test');
    const publisher = publisherOn(queues, memoryFanout(), { metrics });
    const safe = publisher.publish([other(1), other(2)]);
    await turn();
    published[0]?.confirm();
    await safe;
    const lost = publisher.publish([other(3)]);
    await turn();
    published[1]?.refuse(new Failure('unavailable', 'no broker'));
    await lost?.catch(() => {});
    expect(await metrics.registry.metrics()).to.contain('queue_published_total{queue="others",image="test"} 2');
  });

  it('tells the tracer of each event when it is safe, or why it is not', async () => {
    const { queues, published } = heldQueues();
    const { tracer, spans } = recorder();
    const publisher = publisherOn(queues, memoryFanout(), { tracer });
    const parent = context('1');
    const publishing = publisher.publish([other(1), thing({ of: 'a', n: 2 })], { parent });
    await turn();
    expect(spans.map(span => [span.name, span.parent, span.ended])).to.deep.equal([
      ['publish others', parent, 0],
      ['publish things', parent, 0],
    ]);
    published[0]?.confirm();
    published[1]?.refuse(new Failure('unavailable', 'no broker'));
    await publishing?.catch(() => {});
    expect(spans.map(({ ended, failure }) => [ended, failure?.code])).to.deep.equal([
      [1, undefined],
      [1, 'unavailable'],
    ]);
  });

  it('refuses what no table knows', () => {
    const stray = () => publisherOn(memoryQueues()).publish([{ type: 'typo', data: 1 }]);
    expect(stray).to.throw(/typo/);
  });

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
