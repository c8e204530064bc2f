/** The outbox by itself: what is written to which channel, in which order, and what becomes of it. */

import { IllegalOperationError } from 'amqplib';
import { expect } from 'chai';
import { createOutbox, type OutgoingMessage } from '#runtime/drivers/amqp/outbox.js';
import { failureOf } from './queues/consumers.js';

const letter = (text: string, rest: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  routingKey: 'q',
  content: Buffer.from(text),
  properties: { contentType: 'application/json' },
  repeat: true,
  ...rest,
});

/** Says after every `capacity` letters that it takes no more. */
function channel(capacity = Number.POSITIVE_INFINITY) {
  const written: { text: string; id: string }[] = [];
  return {
    written,
    texts: () => written.map(({ text }) => text),
    write: ({ content }: OutgoingMessage, id: string) =>
      written.push({ text: content.toString(), id }) % capacity !== 0,
  };
}

describe('amqp outbox', () => {
  const outboxes: ReturnType<typeof createOutbox>[] = [];
  const outbox = (options = {}) => {
    const made = createOutbox({ maxPending: 100, timeoutMs: 5_000, ...options });
    outboxes.push(made);
    return made;
  };
  const send = (to: ReturnType<typeof createOutbox>, text: string, rest?: Partial<OutgoingMessage>) => {
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

  it('writes no more than the channel takes, the rest in order when it takes more, and not what was given up', async () => {
    const box = outbox({ timeoutMs: 60 });
    const { write, texts } = channel(2);
    box.attach(write);
    const given = ['a', 'b', 'c'].map(text => send(box, text));
    expect(texts()).to.deep.equal(['a', 'b']);
    await Promise.all(given.map(failureOf));
    for (const text of ['d', 'e', 'f', 'g']) send(box, text);
    expect(texts()).to.deep.equal(['a', 'b']);
    box.drained();
    expect(texts()).to.deep.equal(['a', 'b', 'd', 'e']);
    box.drained();
    expect(texts()).to.deep.equal(['a', 'b', 'd', 'e', 'f', 'g']);
  });

  describe('lets nobody wait for a broker', () => {
    const refused = async (sent: Promise<void>, why: RegExp): Promise<void> => {
      const { code, message } = await failureOf(sent);
      expect(code).to.equal('unavailable');
      expect(message).to.match(why);
    };

    it('that has said that it takes nothing, neither who comes then nor who waits already', async () => {
      const box = outbox();
      const { write, texts } = channel();
      box.attach(write);
      const waiting = send(box, 'a');
      box.block(true);
      await refused(waiting, /stopped/);
      await refused(send(box, 'b'), /no messages at present/);
      box.block(false);
      const taken = send(box, 'c');
      expect(texts()).to.deep.equal(['a', 'c']);
      box.confirm({ deliveryTag: 1, multiple: false });
      box.confirm({ deliveryTag: 2, multiple: false });
      await taken;
    });

    it('that says nothing, for longer than it is told to', async () => {
      const box = outbox({ timeoutMs: 30 });
      box.attach(channel().write);
      await refused(send(box, 'a'), /in time/);
    });

    it('that has been away for longer than a connection needs to be there again', async () => {
      const box = outbox({ timeoutMs: 30 });
      box.attach(channel().write);
      box.detach();
      await refused(send(box, 'a'), /in time/);
      await refused(send(box, 'b'), /away/);
      const { write, texts } = channel();
      box.attach(write);
      send(box, 'c');
      expect(texts()).to.deep.equal(['c']);
    });

    it('that has as much to confirm as may wait, in number or in bytes', async () => {
      const [few, small] = [outbox({ maxPending: 2 }), outbox({ maxBytes: 10 })];
      for (const box of [few, small]) {
        const { write } = channel();
        box.attach(write);
        const first = send(box, '12345');
        send(box, '67890');
        await refused(send(box, 'too much'), /too many/);
        box.confirm({ deliveryTag: 1, multiple: false });
        await first;
        const taken = send(box, 'now');
        box.confirm({ deliveryTag: 3, multiple: false });
        await taken;
      }
    });
  });

  it('has dead letters wait for their broker, however long, since nobody else does', async () => {
    const box = outbox({ timeoutMs: 20, maxPending: 0 });
    const dead = send(box, 'a', { repeat: false });
    await failureOf(outbox({ timeoutMs: 40 }).send(letter('longer than the time of others')));
    const { write, texts } = channel();
    box.block(true);
    box.attach(write);
    expect(texts()).to.deep.equal([]);
    box.block(false);
    expect(texts()).to.deep.equal(['a']);
    box.confirm({ deliveryTag: 1, multiple: false });
    await dead;
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
    box.block(false);
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
