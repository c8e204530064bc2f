/** What a user asks of a message is shown at once, goes when it can, and ends as the server has it. */
import { expect } from 'chai';
import { withMessages } from '../../../web/client/arrivals.js';
import { createChanges, withPending } from '../../../web/client/changes.js';
import { described } from '../../../web/client/described.js';
import { Refusal } from '../../../web/client/refusal.js';
import { createStore } from '../../../web/client/state.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { fakeClock, settled } from '../support/fake-clock.js';
import { chat, message } from '../support/messages.js';

const away = new Refusal('unavailable', 'away');
const LATE = new Refusal('forbidden', 'it is too late to edit this');

function stage(storage = memoryStorage()) {
  const clock = fakeClock();
  const store = createStore();
  const held = withMessages(described(chat({ lastChange: 0 }), 'ann'), [message(1), message(2, { senderId: 'ann' })]);
  store.change({ link: 'online', chats: new Map([['chat', held]]) });
  const asked: { event: string; data: object; answer: (carried: object) => Promise<void>; refuse: typeof refuse }[] =
    [];
  const refuse = async (_refusal: Refusal): Promise<void> => {};
  const the = { missing: 0, ids: 0, hidden: [] as number[] };
  const changes = createChanges({
    ...{ userId: 'ann', storage, store, clock },
    newId: () => `change-${++the.ids}`,
    ask: (event, data) =>
      new Promise((resolve, reject) => {
        const answer = (carried: object) => {
          resolve(carried as { status: 'stored' });
          return settled();
        };
        const refused = (refusal: Refusal) => {
          reject(refusal);
          return settled();
        };
        asked.push({ event, data, answer, refuse: refused });
      }),
    hidden: (_chatId, seq) => the.hidden.push(seq),
    missing: () => {
      the.missing += 1;
    },
  });
  const shown = (seq: number) =>
    withPending(store.state.chats.get('chat')!.history.messages[seq - 1]!, store.state.changes);
  return { clock, store, storage, changes, asked, the, shown };
}

const mine = message(2, { senderId: 'ann' });

describe('changes of messages on their way', () => {
  it('are shown at once, sent under one name, and over when the message is as they made it', async () => {
    const { changes, asked, shown, store } = stage();
    const id = changes.add(mine, { kind: 'edit', body: 'better' });
    expect(shown(2).body).to.equal('better');
    const data = { chatId: 'chat', seq: 2, clientId: id, body: 'better' };
    expect(asked[0]).to.deep.include({ event: 'message:edit', data });
    await asked[0]!.answer({ status: 'stored', seq: 2, change: 1 });
    expect(shown(2).body, 'nobody has told it yet').to.equal('better');
    changes.settle([message(2, { senderId: 'ann', body: 'better', rev: 1 })]);
    expect(store.state.changes).to.deep.equal([]);
  });

  it('wait for the connection, and of two of a kind the later one goes', async () => {
    const { changes, asked, store, storage, shown } = stage();
    store.change({ link: 'connecting' });
    changes.add(mine, { kind: 'edit', body: 'one' });
    changes.add(mine, { kind: 'edit', body: 'two' });
    changes.add(message(1), { kind: 'react', emoji: '👍', on: true });
    changes.add(message(1), { kind: 'react', emoji: '🎉', on: true });
    changes.add(message(1), { kind: 'react', emoji: '👍', on: false });
    expect(asked).to.deep.equal([]);
    expect(storage.keys()).to.have.length(3);
    expect(shown(1).mine).to.deep.equal(['🎉']);
    const reacted = { reactions: [{ emoji: '👍', count: 1 }] };
    const [one, other] = withPending(message(1, reacted), store.state.changes).reactions ?? [];
    expect([one?.emoji, other?.emoji], 'in the order of code points').to.deep.equal(['🎉', '👍']);
    store.change({ link: 'online' });
    changes.flush();
    for (let at = 0; at < 3; at++) await asked[at]!.answer({ status: 'stored', change: 0 });
    const told = asked.map(({ data }) => data);
    expect(told[0]).to.deep.include({ seq: 2, body: 'two' });
    expect(told.slice(1)).to.deep.equal([
      { chatId: 'chat', seq: 1, emoji: '🎉', on: true },
      { chatId: 'chat', seq: 1, emoji: '👍', on: false },
    ]);
    expect(storage.keys()).to.deep.equal([]);
  });

  it('wait for a message that has no place yet', async () => {
    const { changes, asked } = stage();
    const unsent = { chatId: 'chat', clientId: 'mine', senderId: 'ann' };
    changes.add(unsent, { kind: 'delete', scope: 'all' });
    expect(asked).to.deep.equal([]);
    changes.settle([message(9, { clientId: 'mine', senderId: 'ben' })]);
    expect(asked, 'another one’s message of that name').to.deep.equal([]);
    changes.settle([message(3, { clientId: 'mine', senderId: 'ann' })]);
    const data = { chatId: 'chat', seq: 3, scope: 'all' };
    expect(asked).to.have.length(1);
    expect(asked[0]).to.deep.include({ event: 'message:delete', data });
  });

  it('are repeated while the server is away, and told to the user when it will not', async () => {
    const { clock, changes, asked, store, shown } = stage();
    const id = changes.add(mine, { kind: 'edit', body: 'late' });
    await asked[0]!.refuse(away);
    await clock.pass(1_000);
    expect(asked[1]?.data).to.deep.equal(asked[0]?.data);
    await asked[1]!.refuse(LATE);
    expect(store.state.changes[0]).to.include({ id, state: 'failed', reason: LATE.message });
    expect(shown(2).body).to.equal(mine.body);
    changes.discard(id);
    expect(store.state.changes).to.deep.equal([]);
  });

  it('may be taken back until their time has come; what is deleted is not edited any more', async () => {
    const { clock, changes, asked, shown } = stage();
    changes.add(mine, { kind: 'edit', body: 'better' }, 5_000);
    const id = changes.add(mine, { kind: 'delete', scope: 'all' }, 5_000);
    expect(shown(2)).to.include({ body: '' });
    await clock.pass(4_900);
    changes.discard(id);
    expect(shown(2).body).to.equal(mine.body);
    changes.add(mine, { kind: 'delete', scope: 'all' }, 5_000);
    await clock.pass(5_000);
    expect(asked.map(({ event }) => event)).to.deep.equal(['message:delete']);
  });

  it('for oneself alone are over when the server has made them, also of a message that was deleted for all meanwhile', async () => {
    const { changes, asked, the, store, shown, clock } = stage();
    changes.add(message(1), { kind: 'delete', scope: 'me' }, 5_000);
    expect(shown(1).deletedAt).to.be.a('string');
    changes.settle([message(1, { rev: 1, body: '', deletedAt: message(1).sentAt })]);
    await clock.pass(5_000);
    expect(asked[0]).to.deep.include({ event: 'message:delete', data: { chatId: 'chat', seq: 1, scope: 'me' } });
    await asked[0]!.answer({ status: 'stored', change: 0 });
    expect([the.hidden, store.state.changes]).to.deep.equal([[1], []]);
    await clock.pass(20_000);
    expect(the.missing, 'nothing is to come').to.equal(0);
  });

  it('outlive the page, and are dropped when another tab has taken them back', async () => {
    const first = stage();
    first.store.change({ link: 'offline' });
    first.changes.add(mine, { kind: 'pin', on: true });
    const gone = first.changes.add(message(1), { kind: 'pin', on: true });
    const second = stage(first.storage.share());
    first.changes.discard(gone);
    second.changes.flush();
    expect(second.asked.map(({ data }) => data)).to.deep.equal([{ chatId: 'chat', seq: 2, on: true }]);
  });

  it('are asked for when they do not come back, and taken for known in the end', async () => {
    const { clock, changes, asked, the, store } = stage();
    changes.add(message(1), { kind: 'pin', on: true });
    await asked[0]!.answer({ status: 'accepted' });
    await clock.pass(8_000);
    expect(the.missing).to.equal(2);
    await clock.pass(4_000);
    expect(store.state.changes).to.deep.equal([]);
  });
});
