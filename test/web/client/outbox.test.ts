/** A message is kept until the server has it, goes under one name, and keeps its place behind those before it. */
import { expect } from 'chai';
import { createOutbox, type Outbox } from '../../../web/client/outbox.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { Message, Sent } from '../../../web/client/shapes.js';
import { createStore, type Store, type Upload } from '../../../web/client/state.js';
import { type MemoryStorage, memoryStorage } from '../../../web/client/storage.js';
import { type FakeClock, fakeClock, settled } from '../support/fake-clock.js';

interface Asked {
  readonly data: { chatId: string; clientId: string; body: string; replyTo?: string; media?: readonly string[] };
  answer(sent: Partial<Extract<Sent, { status: 'stored' }>>): Promise<void>;
  accept(): Promise<void>;
  refuse(refusal: Refusal): Promise<void>;
}

interface Stage {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly storage: MemoryStorage;
  readonly asked: Asked[];
  readonly stored: Message[];
  readonly outbox: Outbox;
  missing: number;
  /** Uploads. */
  readonly cancelled: string[];
  readonly released: string[];
}

function stage(storage = memoryStorage()): Stage {
  const clock = fakeClock();
  const store = createStore();
  store.change({ link: 'online' });
  const asked: Asked[] = [];
  const stored: Message[] = [];
  let count = 0;
  const the = { clock, store, storage, asked, stored, missing: 0, cancelled: [] as string[], released: [] as string[] };
  const outbox = createOutbox({
    userId: 'ann',
    storage,
    store,
    clock,
    newId: () => `id-${++count}`,
    ask: (_event, data) =>
      new Promise<Sent>((resolve, reject) => {
        const { clientId } = data as Asked['data'];
        asked.push({
          data: data as Asked['data'],
          answer: rest => {
            resolve({ clientId, status: 'stored', id: `m-${clientId}`, seq: 1, sentAt: '', ...rest });
            return settled();
          },
          accept: () => {
            resolve({ clientId, status: 'accepted' });
            return settled();
          },
          refuse: refusal => {
            reject(refusal);
            return settled();
          },
        });
      }),
    uploads: { retry: () => {}, cancel: ids => the.cancelled.push(...ids), release: ids => the.released.push(...ids) },
    stored: message => {
      stored.push(message);
      outbox.settle([message]);
    },
    missing: () => {
      the.missing += 1;
    },
  });
  return Object.assign(the, { outbox });
}

const bodies = ({ store }: Stage) => store.state.outbox.map(({ body }) => body);
const states = ({ store }: Stage) => store.state.outbox.map(({ state }) => state);
const away = new Refusal('unavailable', 'away');

describe('outbox of a client', () => {
  it('sends the messages of a chat one after the other, and those of others beside them', async () => {
    const the = stage();
    for (const body of ['one', 'two']) the.outbox.add('a', { body: body });
    the.outbox.add('b', { body: 'elsewhere', replyTo: 'another message' });
    expect(the.asked.map(({ data }) => data)).to.deep.equal([
      { chatId: 'a', clientId: 'id-1', body: 'one' },
      { chatId: 'b', clientId: 'id-3', body: 'elsewhere', replyTo: 'another message' },
    ]);
    await the.asked[0]!.answer({ seq: 7, sentAt: 'then' });
    expect(the.asked[2]!.data.body).to.equal('two');
    expect(the.stored).to.deep.equal([
      {
        chatId: 'a',
        seq: 7,
        id: 'm-id-1',
        clientId: 'id-1',
        senderId: 'ann',
        body: 'one',
        replyTo: null,
        sentAt: 'then',
        rev: -1,
      },
    ]);
    expect(bodies(the)).to.deep.equal(['two', 'elsewhere']);
  });

  it('waits for the connection', () => {
    const the = stage();
    the.store.change({ link: 'connecting' });
    the.outbox.add('a', { body: 'one' });
    expect(the.asked).to.deep.equal([]);
    the.store.change({ link: 'online' });
    the.outbox.flush();
    expect(the.asked).to.have.length(1);
  });

  it('sends under the same name what was not acknowledged, before what comes after it', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'one' });
    the.outbox.add('a', { body: 'two' });
    await the.asked[0]!.refuse(away);
    expect(the.asked, 'not at once').to.have.length(1);
    await the.clock.pass(2_000);
    expect(the.asked[1]!.data).to.deep.equal(the.asked[0]!.data);
    await the.asked[1]!.answer({});
    expect(the.asked[2]!.data.body).to.equal('two');
  });

  it('waits as long as the server asks for', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'one' });
    await the.asked[0]!.refuse(new Refusal('rate_limited', 'slowly', { retryAfterMs: 9_000 }));
    await the.clock.pass(8_000);
    expect(the.asked).to.have.length(1);
    await the.clock.pass(1_000);
    expect(the.asked).to.have.length(2);
  });

  it('gives a message other words, or up, only as long as the server cannot have it', async () => {
    const the = stage();
    the.store.change({ link: 'offline' });
    const [one, two] = [the.outbox.add('a', { body: 'one' }), the.outbox.add('a', { body: 'two' })];
    expect(the.outbox.edit(one, 'uno')).to.equal(true);
    expect(the.outbox.take(two)).to.equal(true);
    the.store.change({ link: 'online' });
    the.outbox.flush();
    expect(the.asked.map(({ data }) => data.body)).to.deep.equal(['uno']);
    await the.asked[0]!.refuse(away);
    expect(the.outbox.edit(one, 'no more'), 'it may be stored').to.equal(false);
    expect(the.outbox.take(one)).to.equal(false);
    expect(bodies(stage(the.storage.share())), 'after a reload as well').to.deep.equal(['uno']);
    expect(stage(the.storage.share()).outbox.edit(one, 'no more')).to.equal(false);
  });

  it('sends a copy by the place of what is copied', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'said elsewhere', forward: { chatId: 'b', seq: 4 } });
    expect(the.asked[0]?.data).to.deep.equal({ chatId: 'a', clientId: 'id-1', forward: { chatId: 'b', seq: 4 } });
  });

  it('sends what was accepted again, under the same name, when the server may have lost it', async () => {
    const the = stage();
    for (const chat of ['a', 'b']) the.outbox.add(chat, { body: `to ${chat}` });
    for (const asked of [...the.asked]) await asked.accept();
    expect(the.storage.keys()).to.deep.equal([]);
    the.outbox.sendAgain('a');
    expect(the.asked[2]!.data).to.deep.equal(the.asked[0]!.data);
    expect(the.asked).to.have.length(3);
    expect(the.storage.keys(), 'and keeps it until it is acknowledged').to.have.length(1);
    await the.asked[2]!.answer({});
    expect(bodies(the)).to.deep.equal(['to b']);
    the.outbox.close();
  });

  it('survives a reload, in order', () => {
    const before = stage();
    before.store.change({ link: 'offline' });
    for (const body of ['one', 'two', 'three']) before.outbox.add('a', { body: body });
    before.outbox.close();
    const after = stage(before.storage.share());
    expect(bodies(after)).to.deep.equal(['one', 'two', 'three']);
    after.outbox.flush();
    expect(after.asked[0]!.data).to.deep.equal({ chatId: 'a', clientId: 'id-1', body: 'one' });
  });

  it('sends what another tab has left, when the connection comes', async () => {
    const one = stage();
    const other = stage(one.storage.share());
    one.store.change({ link: 'connecting' });
    one.outbox.add('a', { body: 'left behind' });
    one.outbox.close();
    other.outbox.flush();
    other.outbox.flush();
    expect(other.asked.map(({ data }) => data.body)).to.deep.equal(['left behind']);
    await other.asked[0]!.answer({});
    expect(one.storage.keys()).to.deep.equal([]);
  });

  it('forgets what is acknowledged', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'one' });
    expect(the.storage.keys()).to.have.length(1);
    await the.asked[0]!.answer({});
    expect(the.storage.keys()).to.deep.equal([]);
    expect(the.store.state.outbox).to.deep.equal([]);
  });

  it('keeps showing what is accepted until it comes, and asks for it', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'one' });
    await the.asked[0]!.accept();
    expect(states(the)).to.deep.equal(['accepted']);
    expect(the.storage.keys(), 'it is the server’s from now on').to.deep.equal([]);
    await the.clock.pass(9_000);
    expect(the.missing).to.equal(2);
    the.outbox.settle([{ senderId: 'ben', clientId: 'id-1' } as Message]);
    expect(states(the), 'somebody else’s').to.deep.equal(['accepted']);
    the.outbox.settle([{ senderId: 'ann', clientId: 'id-1' } as Message]);
    expect(states(the)).to.deep.equal([]);
    await the.clock.pass(9_000);
    expect(the.missing).to.equal(2);
  });

  it('sends a copy again that was accepted and does not come, and tells why it never will', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'said elsewhere', forward: { chatId: 'b', seq: 4 } });
    await the.asked[0]!.accept();
    expect(states(the)).to.deep.equal(['accepted']);
    expect(the.storage.keys(), 'it may still be refused').to.have.length(1);
    await the.clock.pass(4_000);
    expect([the.missing, the.asked.length], 'it is asked for first').to.deep.equal([1, 1]);
    await the.clock.pass(8_000);
    expect(the.asked[1]!.data, 'the same').to.deep.equal(the.asked[0]!.data);
    await the.asked[1]!.accept();
    await the.clock.pass(15_000);
    expect(the.asked, 'not so soon again').to.have.length(2);
    await the.clock.pass(1_000);
    await the.asked[2]!.refuse(new Refusal('conflict', 'this message was deleted'));
    expect(the.store.state.outbox[0]).to.include({ state: 'failed', reason: 'this message was deleted' });
    await the.clock.pass(600_000);
    expect(the.asked, 'until somebody says so').to.have.length(3);
    the.outbox.discard('id-1');
    expect(the.storage.keys()).to.deep.equal([]);
  });

  it('asks no more about a copy once it has come', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'said elsewhere', forward: { chatId: 'b', seq: 4 } });
    await the.asked[0]!.accept();
    the.outbox.settle([{ senderId: 'ann', clientId: 'id-1' } as Message]);
    await the.clock.pass(600_000);
    expect([the.missing, the.asked.length]).to.deep.equal([0, 1]);
    expect(the.storage.keys()).to.deep.equal([]);
  });

  it('sets aside what the server will never take, and goes on; it can be tried again or given up', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'one' });
    the.outbox.add('a', { body: 'two' });
    await the.asked[0]!.refuse(new Refusal('forbidden', 'you are not in this chat'));
    expect(the.asked[1]!.data.body).to.equal('two');
    expect(the.store.state.outbox[0]).to.include({ state: 'failed', reason: 'you are not in this chat' });
    await the.asked[1]!.answer({});

    the.outbox.retry('id-1');
    expect(the.asked[2]!.data).to.deep.equal(the.asked[0]!.data);
    await the.asked[2]!.refuse(new Refusal('forbidden', 'still not'));
    const later = stage(the.storage.share());
    expect(states(later), 'also after a reload').to.deep.equal(['failed']);
    later.outbox.discard('id-1');
    expect(later.store.state.outbox).to.deep.equal([]);
    expect(later.storage.keys()).to.deep.equal([]);
  });

  it('is not touched any more by answers that come after it was closed', async () => {
    const the = stage();
    the.outbox.add('a', { body: 'one' });
    the.outbox.close();
    await the.asked[0]!.answer({});
    expect(the.stored).to.deep.equal([]);
    expect(the.storage.keys()).to.have.length(1);
  });

  describe('of messages with files', () => {
    const anUpload = (id: string, rest: Partial<Upload> = {}): Upload => ({
      ...{ id, tag: id, chatId: 'a', name: 'x.png', type: 'image/png', kind: 'photo', size: 3, at: '', sent: 0 },
      ...{ state: 'sending', mediaId: `media-${id}`, ...rest },
    });

    it('waits for all of the files, and holds up nothing that comes after it', async () => {
      const the = stage();
      the.store.change({ uploads: [anUpload('u1'), anUpload('u2', { state: 'done' })] });
      the.outbox.add('a', { body: '', uploads: ['u2', 'u1'] });
      the.outbox.add('a', { body: 'two' });
      expect(the.asked.map(({ data }) => data.body)).to.deep.equal(['two']);
      await the.asked[0]!.answer({ seq: 1 });
      the.store.change({ uploads: [anUpload('u1', { state: 'done' }), anUpload('u2', { state: 'done' })] });
      the.outbox.proceed();
      const { data } = the.asked[1]!;
      expect(data.media).to.deep.equal(['media-u2', 'media-u1']);
      await the.asked[1]!.answer({ seq: 2 });
      expect(the.stored[1]?.media?.map(({ id, filename }) => [id, filename])).to.deep.equal([
        ['media-u2', 'x.png'],
        ['media-u1', 'x.png'],
      ]);
      expect(the.released).to.deep.equal(['u2', 'u1']);
      expect(the.cancelled).to.deep.equal([]);
    });

    it('fails where a file does, and gives the files up with it', async () => {
      const the = stage();
      the.store.change({ uploads: [anUpload('u1', { state: 'failed', reason: 'too large' })] });
      const id = the.outbox.add('a', { body: 'look', uploads: ['u1'] });
      expect(the.store.state.outbox.map(({ state, reason }) => [state, reason])).to.deep.equal([
        ['failed', 'too large'],
      ]);
      the.outbox.discard(id);
      expect(the.cancelled).to.deep.equal(['u1']);
      the.outbox.add('a', { body: 'look', uploads: ['gone'] });
      expect(states(the)).to.deep.equal(['failed']);
    });
  });
});
