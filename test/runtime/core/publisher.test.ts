/** What is published goes together, in order, and is answered when it is safe. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { Delivery } from '#runtime/contract/ports.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { eventually } from '../../support/eventually.js';
import { heldQueues, other, publisherOn, thing, turn } from './held-queues.js';
import { context, recorder } from './recorder.js';

const ASKING = { settles: true };

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

  it('waits for no reply to what nobody waits for, only until it is safe', async () => {
    const { queues, published } = heldQueues();
    const publisher = publisherOn(queues, memoryFanout(), { replyWithinMs: 60_000 });
    const publishing = publisher.publish([other(1, { unanswered: true })], ASKING);
    await turn();
    expect(published[0]?.replyTo).to.equal(undefined);
    published[0]?.confirm();
    expect(await publishing).to.deep.equal({});
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
});
