/** The outbox by itself: what is written to which channel, in which order, and what becomes of it. */

import { IllegalOperationError } from 'amqplib';
import { expect } from 'chai';
import { createOutbox, type Letter } from '../../runtime/drivers/amqp/outbox.js';
import { failureOf } from './queues.contract.js';

const letter = (text: string, rest: Partial<Letter> = {}): Letter => ({
  queue: 'q',
  content: Buffer.from(text),
  contentType: 'application/json',
  wantsReply: false,
  repeat: true,
  ...rest,
});

function channel() {
  const written: { text: string; id: string }[] = [];
  return {
    written,
    texts: () => written.map(({ text }) => text),
    write: ({ content }: Letter, id: string) => void written.push({ text: content.toString(), id }),
  };
}

describe('amqp outbox', () => {
  const outboxes: ReturnType<typeof createOutbox>[] = [];
  const outbox = (options = {}) => {
    const made = createOutbox({ maxPending: 100, timeoutMs: 5_000, ...options });
    outboxes.push(made);
    return made;
  };
  const send = (to: ReturnType<typeof createOutbox>, text: string, rest?: Partial<Letter>) => {
    const sent = to.send(letter(text, rest));
    sent.catch(() => undefined);
    return sent;
  };
  afterEach(() => {
    for (const made of outboxes.splice(0)) made.close();
  });

  it('writes what waited, then what comes, and settles one or many at a time', async () => {
    const box = outbox();
    const first = send(box, 'a');
    const { write, texts } = channel();
    box.attach(write);
    const others = [send(box, 'b'), send(box, 'c'), send(box, 'd')];
    expect(texts()).to.deep.equal(['a', 'b', 'c', 'd']);
    box.confirm({ deliveryTag: 2, multiple: false });
    await others[0];
    box.confirm({ deliveryTag: 4, multiple: true });
    await Promise.all([first, ...others]);
    await box.empty();
  });

  it('writes to the next channel what the last one did not confirm, under the same ids and before newer ones', async () => {
    const box = outbox();
    const [one, two] = [channel(), channel()];
    box.attach(one.write);
    const confirmed = send(box, 'b');
    send(box, 'a');
    send(box, 'c');
    box.confirm({ deliveryTag: 1, multiple: false });
    await confirmed;
    box.detach();
    const newer = send(box, 'd');
    box.attach(two.write);
    expect(two.texts()).to.deep.equal(['a', 'c', 'd']);
    expect(two.written.slice(0, 2)).to.deep.equal(one.written.slice(1));
    box.confirm({ deliveryTag: 3, multiple: true });
    await newer;
  });

  it('fails what is not to be repeated with its channel', async () => {
    const box = outbox();
    box.attach(channel().write);
    const sent = send(box, 'a', { repeat: false });
    box.detach();
    expect((await failureOf(sent)).code).to.equal('unavailable');
    const next = channel();
    box.attach(next.write);
    expect(next.texts()).to.deep.equal([]);
  });

  it('writes nothing while paused, everything in order afterwards, and nothing that has run out of time', async () => {
    const box = outbox({ timeoutMs: 30 });
    const { write, texts } = channel();
    box.attach(write);
    box.pause(true);
    expect((await failureOf(send(box, 'late'))).message).to.match(/in time/);
    send(box, 'a');
    send(box, 'b');
    expect(texts()).to.deep.equal([]);
    box.pause(false);
    send(box, 'c');
    expect(texts()).to.deep.equal(['a', 'b', 'c']);
  });

  it('does not believe the confirmation of a message that was returned', async () => {
    const box = outbox();
    const [one, two] = [channel(), channel()];
    box.attach(one.write);
    send(box, 'a');
    box.returned(one.written[0]!.id);
    box.confirm({ deliveryTag: 1, multiple: true });
    box.detach();
    box.attach(two.write);
    expect(two.texts()).to.deep.equal(['a']);
  });

  it('keeps what the broker refuses for the next channel, whatever is confirmed after it', async () => {
    const box = outbox();
    const [one, two] = [channel(), channel()];
    box.attach(one.write);
    send(box, 'a');
    const b = send(box, 'b');
    box.refuse({ deliveryTag: 1, multiple: false });
    box.confirm({ deliveryTag: 2, multiple: true });
    await b;
    box.pause(false);
    expect(one.texts()).to.deep.equal(['a', 'b']);
    box.detach();
    box.attach(two.write);
    expect(two.texts()).to.deep.equal(['a']);
  });

  it('keeps what a channel refuses because it is closing, and fails what no channel could take', async () => {
    const box = outbox();
    box.attach(() => {
      throw new IllegalOperationError('closing');
    });
    send(box, 'a');
    box.detach();
    const next = channel();
    box.attach(next.write);
    expect(next.texts()).to.deep.equal(['a']);
    box.attach(() => {
      throw new RangeError('too long');
    });
    expect((await failureOf(send(box, 'b'))).cause).to.be.instanceOf(RangeError);
  });
});
