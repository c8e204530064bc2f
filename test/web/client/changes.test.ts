/**
 * Whatever of the news of changes is lost, late or doubled, and whenever pages of older messages come: in the end a client
 * holds each message as it is, and counts as unread what is.
 */
import { expect } from 'chai';
import { createCatchUp } from '../../../web/client/catch-up.js';
import { described, withChange, withMessages } from '../../../web/client/chat.js';
import { createPages } from '../../../web/client/pages.js';
import type { Changed, Message } from '../../../web/client/shapes.js';
import { createStore } from '../../../web/client/state.js';
import { createWire } from '../../../web/client/wire.js';
import { mulberry32 } from '../../support/mulberry32.js';
import { fakeClock } from '../support/fake-clock.js';
import { chat, chatState, message } from '../support/messages.js';

/** A server of one chat, in which Ann has read up to `readSeq`; `who` reacts with one emoji each. */
function table(readSeq = 0) {
  const rows: (Message & { readonly by: readonly string[] })[] = [];
  let lastChange = 0;
  const told = ({ by, ...row }: (typeof rows)[number], to?: string): Message => {
    const count = by.length;
    const reactions = count > 0 ? [{ emoji: '👍', count }] : [];
    return row.rev ? { ...row, reactions, ...(to && by.includes(to) && { mine: ['👍'] }) } : row;
  };
  const changed = (seq: number, next: (row: (typeof rows)[number]) => Partial<(typeof rows)[number]>): Message => {
    const row = rows[seq - 1]!;
    lastChange += 1;
    rows[seq - 1] = { ...row, ...next(row), rev: lastChange };
    return told(rows[seq - 1]!);
  };
  return {
    get lastSeq() {
      return rows.length;
    },
    get lastChange() {
      return lastChange;
    },
    has: (seq: number) => rows[seq - 1]?.deletedAt === undefined,
    send(senderId: string): Message {
      rows.push({ ...message(rows.length + 1, { senderId }), by: [] });
      return told(rows.at(-1)!);
    },
    edit: (seq: number): Changed => {
      const now = changed(seq, row => ({ body: `${row.body}!`, editedAt: row.sentAt }));
      return { chatId: 'chat', change: lastChange, kind: 'edit', message: now, by: { userId: now.senderId } };
    },
    delete: (seq: number): Changed => {
      const now = changed(seq, row => ({ body: '', deletedAt: row.sentAt, deletedBy: row.senderId, by: [] }));
      return { chatId: 'chat', change: lastChange, kind: 'delete', message: now, by: { userId: now.senderId } };
    },
    react: (seq: number, userId: string): Changed => {
      const on = !rows[seq - 1]!.by.includes(userId);
      const now = changed(seq, ({ by }) => ({ by: on ? [...by, userId] : by.filter(each => each !== userId) }));
      const by = { userId, emoji: '👍', on };
      return { chatId: 'chat', change: lastChange, kind: 'react', message: now, by };
    },
    page: (before: number, limit: number) =>
      rows.slice(Math.max(0, before - 1 - limit), before - 1).map(row => told(row, 'ann')),
    listed: () => {
      const unread = rows.filter(row => row.seq > readSeq && row.senderId !== 'ann' && !row.deletedAt).length;
      const last = rows.at(-1);
      const members = [
        { userId: 'ann', role: 'owner' as const, readSeq, deliveredSeq: readSeq },
        { userId: 'ben', role: 'member' as const, readSeq: 0, deliveredSeq: 0 },
      ];
      return chat({ lastSeq: rows.length, lastChange, unread, lastMessage: last ? told(last) : null, members });
    },
    sync(given: number | { seq: number; change: number }, limit: number) {
      const cursor = typeof given === 'number' ? { seq: given, change: lastChange } : given;
      const messages = rows.slice(cursor.seq, cursor.seq + limit);
      const upTo = cursor.seq + messages.length;
      const due = rows.filter(({ rev = 0 }) => rev > cursor.change).sort((a, b) => (a.rev ?? 0) - (b.rev ?? 0));
      // Not beyond the change of a message that is not answered yet: it may be on its way as it was sent.
      const unanswered = due.findIndex(({ seq }) => seq > upTo);
      const known = due.slice(0, Math.min(limit, unanswered < 0 ? due.length : unanswered));
      const whole = known.length === due.length;
      const later = known.filter(({ seq }) => seq <= cursor.seq);
      return {
        ...{ chatId: 'chat', lastSeq: rows.length, lastChange, readSeqs: { ann: readSeq, ben: 0 } },
        changed: later.map(row => told(row, 'ann')),
        changeUpto: whole ? lastChange : (known.at(-1)?.rev ?? cursor.change),
        messages: messages.map(row => told(row, 'ann')),
        more: !whole || cursor.seq + messages.length < rows.length,
      };
    },
  };
}

function stage(server: ReturnType<typeof table>, wait: () => number, page = server.page) {
  const clock = fakeClock();
  const store = createStore();
  const wire = createWire(clock);
  store.change({ link: 'online', chats: new Map([['chat', described(server.listed(), 'ann')]]) });
  let setBack = 0;
  const after = (ms: number) => new Promise<void>(done => clock.later(ms, done));
  const arrived = (chatId: string, messages: readonly Message[]) =>
    store.changeChat(chatId, each => withMessages(each, messages));
  const catchUp = createCatchUp({
    ...{ clock, store, wire, arrived, discovered: () => {}, stuck: () => {} },
    restart: () => {
      setBack += 1;
    },
    ask: async (_event, data) => {
      const { cursors } = data as { cursors: Record<string, number | { seq: number; change: number }> };
      const synced = server.sync(cursors.chat!, 3);
      await after(wait());
      return { chats: [synced], unknown: [] };
    },
  });
  const older = createPages({
    store,
    fetch: async (_chatId, before, limit) => {
      const found = page(before, limit);
      if (wait() > 0) await after(wait());
      return found;
    },
  });
  const held = () => store.state.chats.get('chat')!;
  return {
    ...{ clock, catchUp, older, held, setBack: () => setBack },
    hear: (news: Message | Changed) =>
      store.changeChat('chat', each => ('kind' in news ? withChange(each, news) : withMessages(each, [news]))),
    describe: () => {
      const { listed } = server;
      store.changeChat('chat', each => described(listed(), 'ann', each));
    },
  };
}

describe('changes of messages, at a client', () => {
  it('come in order, and the newest state of a message is the one that is shown', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const one = { chatId: 'chat', kind: 'edit', by: { userId: 'ben' } } as const;
    const second = withChange(before, { ...one, change: 2, message: message(1, { rev: 2, body: 'b' }) });
    expect(second).to.include({ change: 0, lastChange: 2 });
    const first = withChange(second, { ...one, change: 1, message: message(1, { rev: 1, body: 'a' }) });
    expect(first.change, 'the second is asked for').to.equal(1);
    expect(first.history.messages[0]?.body).to.equal('b');
    expect(first.lastMessage?.body).to.equal('b');
  });

  it('keep the reactions that are one’s own when somebody else changes the message', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const one = { chatId: 'chat', kind: 'react' } as const;
    const own = { change: 1, message: message(1, { rev: 1 }), by: { userId: 'ann', emoji: '👍', on: true } };
    const bens = { change: 2, message: message(1, { rev: 2 }), by: { userId: 'ben', emoji: '👍', on: true } };
    const off = { change: 3, message: message(1, { rev: 3 }), by: { userId: 'ann', emoji: '👍', on: false } };
    const mine = [own, bens, off].map((_, at, all) =>
      all
        .slice(0, at + 1)
        .reduce((state, each) => withChange(state, { ...one, ...each }), before)
        .history.messages[0]?.mine?.join(),
    );
    expect(mine).to.deep.equal(['👍', '👍', '']);
  });

  it('are not asked for from a server that counts none', () => {
    expect(chatState().change).to.equal(undefined);
    const state = withChange(withMessages(chatState(), [message(1)]), {
      ...{ chatId: 'chat', kind: 'edit', by: { userId: 'ben' }, change: 4 },
      message: message(1, { rev: 4, body: 'b' }),
    });
    expect(state.history.messages[0]?.body).to.equal('b');
    expect(state.change).to.equal(undefined);
  });

  it('leave a page that is short for its bytes what it is: there is more before it', async () => {
    const server = table();
    for (let each = 0; each < 9; each++) server.send('ben');
    const { older, held } = stage(
      server,
      () => 0,
      (before, limit) => server.page(before, Math.min(limit, 2)),
    );
    for (const first of [8, 6]) {
      await older('chat', 4);
      expect(held().history.messages[0]?.seq).to.equal(first);
    }
    expect(held().history.messages.filter(({ hidden }) => hidden)).to.deep.equal([]);
  });

  it('end as the table has them, whatever was lost, late or doubled', async function () {
    this.timeout(30_000);
    for (let seed = 1; seed <= 120; seed++) await play(seed);
  });
});

async function play(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const below = (count: number) => Math.floor(random() * count);
  const server = table(below(6));
  const act = (): Message | Changed => {
    const seq = 1 + below(server.lastSeq);
    const what = server.lastSeq < 2 || !server.has(seq) ? 0 : below(6);
    if (what < 2) return server.send(random() < 0.3 ? 'ann' : 'ben');
    if (what === 2) return server.delete(seq);
    return what === 3 ? server.edit(seq) : server.react(seq, random() < 0.5 ? 'ann' : 'ben');
  };
  for (let each = 0; each < 12; each++) act();
  const { clock, catchUp, older, held, setBack, hear, describe: listed } = stage(server, () => below(300));
  for (let turn = 0; turn < 60; turn++) {
    const news = act();
    const copies = random() < 0.3 ? 0 : random() < 0.2 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) clock.later(random() < 0.6 ? 0 : below(600), () => hear(news));
    if (random() < 0.04) void older('chat', 1 + below(4));
    if (random() < 0.1) catchUp.soon();
    if (random() < 0.02) listed();
    await clock.pass(below(80));
  }
  await clock.pass(2_000);
  catchUp.now();
  await clock.pass(10_000);
  const { history, unread, change, lastMessage } = held();
  const now = server.page(history.upTo + 1, history.messages.length);
  expect(history.upTo, `seed ${seed}`).to.equal(server.lastSeq);
  expect(setBack(), `seed ${seed}: nothing was set back`).to.equal(0);
  expect(change, `seed ${seed}`).to.equal(server.lastChange);
  expect(history.messages.map(seen), `seed ${seed}`).to.deep.equal(now.map(seen));
  expect(lastMessage?.body, `seed ${seed}`).to.equal(now.at(-1)?.body);
  expect(unread, `seed ${seed}`).to.equal(server.listed().unread);
}

const seen = ({ seq, rev = 0, body, deletedAt, reactions = [], mine = [] }: Message) =>
  JSON.stringify({ seq, rev, body, deletedAt, reactions, mine });
