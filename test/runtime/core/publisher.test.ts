import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { Delivery, Fanout, Queues } from '#runtime/contract/ports.js';
import { createPublisher } from '#runtime/core/publisher.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { NOW } from '#runtime/testing/context.js';

const specs = [
  { name: 'things', partitions: 2 },
  { name: 'others', partitions: 0 },
];

function publisherOn(queues: Queues, fanout: Pick<Fanout, 'address' | 'onReply'> = memoryFanout()) {
  let ids = 0;
  return createPublisher({ queues, fanout, specs, source: '/test', newId: () => `id-${++ids}`, now: () => NOW });
}

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
    void publisher.publish([{ queue: 'others', type: 't', data: 1 }]);
    void publisher.publish([
      { queue: 'others', type: 't', data: 2 },
      { queue: 'things', key: 'a', type: 't', data: 3 },
    ]);
    await turn();
    expect(published.map(each => each.queue)).to.deep.equal(['others', 'things.0']);
    const events = JSON.parse(published[0]?.body ?? '') as { data: unknown }[];
    expect(events.map(event => event.data)).to.deep.equal([1, 2]);
    expect(JSON.parse(published[1]?.body ?? '')).to.deep.equal({
      specversion: '1.0',
      id: 'id-3',
      source: '/test',
      type: 't',
      time: '2026-01-02T03:04:05.678Z',
      datacontenttype: 'application/json',
      subject: 'a',
      data: 3,
    });
  });

  it('resolves only when the broker has confirmed', async () => {
    const { queues, published } = heldQueues();
    let done = false;
    const publishing = publisherOn(queues)
      .publish([{ queue: 'others', type: 't', data: 1 }])
      .then(() => {
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
    const publishing = publisherOn(queues).publish([{ queue: 'others', type: 't', data: 1, answerWithinMs: 50 }]);
    await turn();
    published[0]?.refuse(new Failure('unavailable', 'no broker'));
    const failure = await publishing.catch(thrown => thrown);
    expect(failure).to.have.property('code', 'unavailable');
  });

  it('says that it has no answer when the time is over, but not before the message is safe', async () => {
    const { queues, published } = heldQueues();
    const started = performance.now();
    const publishing = publisherOn(queues).publish([
      { queue: 'others', type: 't', id: 'x', data: 1, answerWithinMs: 30 },
    ]);
    setTimeout(() => published[0]?.confirm(), 120);
    expect(await publishing).to.deep.equal({});
    expect(performance.now() - started).to.be.greaterThan(110);
  });

  it('takes an answer for the proof that the message was safe', async () => {
    const { queues, fanout, published, answer } = heldQueues();
    const publishing = publisherOn(queues, fanout).publish([
      { queue: 'others', type: 't', id: 'x', data: 1, answerWithinMs: 1_000 },
    ]);
    await turn();
    expect(published[0]?.replyTo).to.equal('here');
    answer([
      { id: 'somebody else', reply: 1 },
      { id: 'x', reply: { seq: 7 } },
    ]);
    expect(await publishing).to.deep.equal({ answer: { seq: 7 } });
  });

  it('throws the failure that the consumer answered', async () => {
    const { queues, fanout, answer } = heldQueues();
    const publishing = publisherOn(queues, fanout).publish([
      { queue: 'others', type: 't', id: 'x', data: 1, answerWithinMs: 1_000 },
    ]);
    await turn();
    answer([{ id: 'x', failure: { code: 'forbidden', message: 'not yours' } }]);
    const failure = await publishing.catch(thrown => thrown);
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
    const many = Array.from({ length: 200 }, (_, data) => ({ queue: 'others', type: 't', data }));
    await publisherOn(queues).publish(many);
    expect(bodies.length).to.equal(4);
    const data = bodies.flatMap(body => (JSON.parse(body) as { data: number }[]).map(event => event.data));
    expect(data).to.deep.equal(many.map(each => each.data));
  });

  it('puts less together of what is long, and never cuts an event', async () => {
    const { queues, published } = heldQueues();
    const texts = [12, 12, 12, 100, 1].map((kb, n) => `${n}`.padEnd(kb * 1024, '.'));
    void publisherOn(queues).publish(texts.map(data => ({ queue: 'others', type: 't', data })));
    await turn();
    const sent = published.map(({ body }) => [JSON.parse(body) as { data: string }].flat().map(({ data }) => data));
    expect(sent.map(together => together.length)).to.deep.equal([2, 1, 1, 1]);
    expect(sent.flat()).to.deep.equal(texts);
  });

  it('refuses a queue that the image does not name', async () => {
    const failure = await publisherOn(memoryQueues())
      .publish([{ queue: 'typo', type: 't', data: 1 }])
      .catch(thrown => thrown);
    expect(failure).to.be.instanceOf(Error).with.property('message').that.contains('typo');
  });
});
