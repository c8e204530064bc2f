/** What asks a consumer whether it is done, until it knows. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { createAskedReplies } from '#runtime/core/asked-replies.js';
import { fenceSender, holdsFence } from '#runtime/core/fence.js';
import { type Deferred, deferred } from '#runtime/deferred.js';
import { eventually } from '../../support/eventually.js';

const QUICK = { answerMs: 5, pauseMs: 1 };
/** As never as a test can wait for. */
const PATIENT = { answerMs: 60_000, pauseMs: 20 };
/** Node's timers go off up to so much before their time. */
const EARLY_MS = 1;

interface Sent {
  readonly queue: string;
  readonly body: string;
  readonly to: string | undefined;
  readonly internal: boolean | undefined;
  readonly confirmed: Deferred<void>;
}

function bench(times = PATIENT) {
  const sent: Sent[] = [];
  let receive: (replies: readonly unknown[]) => void = () => {};
  const replies = createAskedReplies({
    address: () => 'here',
    onReply(listener) {
      receive = listener;
    },
  });
  let ids = 0;
  const fence = fenceSender({
    queues: {
      publish(queue, body, { replyTo, internal } = {}) {
        const confirmed = deferred<void>();
        sent.push({ queue, body, to: replyTo?.address, internal, confirmed });
        return confirmed.promise;
      },
    },
    ...{ replies, source: '/test', newId: () => `id-${++ids}`, times },
  });
  let wanted = true;
  /** Puts a fence into the queue, and tells when it has come through. */
  function put(queue = 'old.0') {
    let through = false;
    const done = fence(queue, () => wanted).then(() => {
      through = true;
    });
    return { done, through: () => through };
  }
  const answer = (at: number, what: object = { reply: true }): void =>
    receive([{ id: (JSON.parse(sent[at]?.body ?? '{}') as { id?: string }).id, ...what }]);
  const are = (count: number) => eventually(`${count} are sent`, () => sent.length >= count, { every: 1 });
  const forget = (): void => {
    wanted = false;
  };
  return { sent, put, answer, are, forget };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

describe('a fence', () => {
  it('is an event without data, and through when its consumer has answered', async () => {
    const { sent, put, answer } = bench();
    const { done, through } = put('old.3');
    expect(sent).to.have.length(1);
    const { body, confirmed, ...how } = sent[0] as Sent;
    expect(how).to.deep.equal({ queue: 'old.3', to: 'here', internal: true });
    const event = { specversion: '1.0', id: 'id-1', type: 'function-runtime.fence.v1', source: '/test' };
    expect(JSON.parse(body)).to.deep.equal(event);
    confirmed.resolve();
    await turn();
    expect(through()).to.equal(false);
    answer(0);
    await done;
    expect(sent).to.have.length(1);
  });

  it('is sent again while nobody answers, and through when the first one is answered, however late', async () => {
    const { sent, put, answer, are } = bench(QUICK);
    const { done, through } = put();
    for (let count = 1; count < 4; count++) {
      await are(count);
      sent[count - 1]?.confirmed.resolve();
    }
    await are(4);
    expect(new Set(sent.map(({ body }) => body)).size).to.equal(1);
    expect(through()).to.equal(false);
    answer(0);
    await done;
  });

  it('is another one each time that somebody asks', async () => {
    const { sent, put, answer } = bench();
    const [first, second] = [put(), put()];
    answer(1);
    await second.done;
    expect(first.through()).to.equal(false);
    answer(0);
    await first.done;
    expect(sent).to.have.length(2);
  });

  it('is sent again soon where the broker does not take it or the consumer cannot do with it', async () => {
    const { sent, put, answer, are } = bench();
    const { done } = put();
    sent[0]?.confirmed.reject(new Failure('unavailable', 'no broker'));
    const refusedAt = performance.now();
    await are(2);
    expect(performance.now() - refusedAt).to.be.at.least(PATIENT.pauseMs - EARLY_MS);
    sent[1]?.confirmed.resolve();
    answer(1, { failure: { code: 'invalid', message: 'what is that?' } });
    await are(3);
    // It may have come to the queue nevertheless.
    answer(0);
    await done;
  });

  it('is known by its type, and nothing that is no event is taken for one', () => {
    const { sent, put, forget } = bench(QUICK);
    void put();
    forget();
    sent[0]?.confirmed.resolve();
    expect(holdsFence(sent[0]?.body ?? '')).to.equal(true);
    for (const other of ['', 'not JSON', 'null', '7', '[]', '{"type":"thing.v1"}']) {
      expect(holdsFence(other), other).to.equal(false);
    }
  });

  it('is not sent again when it is not wanted any more', async () => {
    const { sent, put, forget } = bench(QUICK);
    const { done } = put();
    forget();
    sent[0]?.confirmed.resolve();
    await done;
    await put().done;
    expect(sent).to.have.length(1);
  });
});
