/**
 * Whatever of the news of changes is lost, late or doubled, and whenever pages of older messages come: in the end a client
 * holds each message as it is, and counts as unread what is.
 */
import { expect } from 'chai';
import { createCatchUp } from '../../../web/client/catch-up.js';
import {
  type ChatState,
  described,
  isBehind,
  mayMention,
  readUpTo,
  withChange,
  withChanges,
  withMessages,
} from '../../../web/client/chat.js';
import { at, type History, heldIn, stretchAt } from '../../../web/client/history.js';
import { BOUNDS, type Bounds, type Place, type View } from '../../../web/client/near.js';
import { createPages } from '../../../web/client/pages.js';
import type { Changed, Message } from '../../../web/client/shapes.js';
import { createStore } from '../../../web/client/state.js';
import { createWire } from '../../../web/client/wire.js';
import { mulberry32 } from '../../support/mulberry32.js';
import { fakeClock } from '../support/fake-clock.js';
import { chat, chatState, message, NO_OWN, seqsOf } from '../support/messages.js';

const CALL: Pick<Message, 'entities'> = { entities: [{ type: 'mention', offset: 0, length: 4, userId: 'ann' }] };

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
    send(senderId: string, calls = false): Message {
      rows.push({ ...message(rows.length + 1, { senderId, ...(calls && CALL) }), by: [] });
      return told(rows.at(-1)!);
    },
    edit: (seq: number, calls = false): Changed => {
      const words = calls ? CALL : { entities: [] };
      const now = changed(seq, row => ({ body: `${row.body}!`, editedAt: row.sentAt, ...words }));
      return { chatId: 'chat', change: lastChange, kind: 'edit', message: now, by: { userId: now.senderId } };
    },
    delete: (seq: number): Changed => {
      const now = changed(seq, row => ({
        body: '',
        entities: [],
        deletedAt: row.sentAt,
        deletedBy: row.senderId,
        by: [],
      }));
      return { chatId: 'chat', change: lastChange, kind: 'delete', message: now, by: { userId: now.senderId } };
    },
    react: (seq: number, userId: string): Changed => {
      const on = !rows[seq - 1]!.by.includes(userId);
      const now = changed(seq, ({ by }) => ({ by: on ? [...by, userId] : by.filter(each => each !== userId) }));
      const by = { userId, emoji: '👍', on };
      return { chatId: 'chat', change: lastChange, kind: 'react', message: now, by };
    },
    page: (place: Place, limit: number) =>
      ('before' in place
        ? rows.slice(Math.max(0, place.before - 1 - limit), place.before - 1)
        : rows.slice(place.after, place.after + limit)
      ).map(row => told(row, 'ann')),
    read(seq: number): void {
      readSeq = Math.max(readSeq, seq);
    },
    listed: () => {
      const news = rows.filter(row => row.seq > readSeq && row.senderId !== 'ann' && !row.deletedAt);
      const [unread, mentions] = [news.length, news.filter(({ entities = [] }) => entities.length > 0).length];
      const last = rows.at(-1);
      const members = [
        { userId: 'ann', role: 'owner' as const, readSeq, deliveredSeq: readSeq },
        { userId: 'ben', role: 'member' as const, readSeq: 0, deliveredSeq: 0 },
      ];
      return chat({
        lastSeq: rows.length,
        lastChange,
        unread,
        mentions,
        lastMessage: last ? told(last) : null,
        members,
      });
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

/** Small enough that something is dropped all the time. */
const SMALL: Bounds = {
  ...{ wanted: 3, kept: 5, end: 4, bytes: 100_000, least: 1, slack: 2, page: 3, view: 4 },
};

function stage(server: ReturnType<typeof table>, wait: () => number, page = server.page, bounds = BOUNDS) {
  const clock = fakeClock();
  const store = createStore();
  const wire = createWire(clock);
  store.change({ link: 'online', chats: new Map([['chat', described(server.listed(), 'ann')]]) });
  let setBack = 0;
  const after = (ms: number) => new Promise<void>(done => clock.later(ms, done));
  const arrived = (chatId: string, messages: readonly Message[]) =>
    store.changeChat(chatId, each => withMessages(each, messages));
  /** One after the other, as the messenger does. */
  let loading = Promise.resolve();
  const load = (): void => {
    loading = loading.then(async () => {
      const found = server.listed();
      await after(wait());
      store.changeChat('chat', each => described(found, 'ann', each));
    });
  };
  const catchUp = createCatchUp({
    ...{ clock, store, wire, own: NO_OWN, arrived, discovered: () => load(), stuck: () => {} },
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
  const pages = createPages({
    ...{ store, bounds, keep: 'near', came: catchUp.soon },
    fetch: async (_chatId, place, limit) => {
      const found = page(place, limit);
      if (wait() > 0) await after(wait());
      return found;
    },
  });
  const held = () => store.state.chats.get('chat')!;
  return {
    ...{ clock, catchUp, pages, held, setBack: () => setBack },
    hear(news: Message | Changed): void {
      const before = held();
      store.changeChat('chat', each => ('kind' in news ? withChange(each, news) : withMessages(each, [news])));
      if ('kind' in news && mayMention(before, [news.message])) load();
    },
    read(seq: number): void {
      server.read(seq);
      store.changeChat('chat', each => readUpTo(each, seq));
    },
    listed: () => {
      store.changeChat('chat', each => described(server.listed(), 'ann', each));
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

  it('say of all that share a number which reactions are one’s own', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1, { mine: ['🔥'] })]);
    const folded: Changed = {
      ...{ chatId: 'chat', kind: 'edit', change: 1, message: message(1, { rev: 1 }), by: { userId: 'ben' } },
      others: [
        { userId: 'ann', emoji: '🔥', on: false },
        { userId: 'ben', emoji: '👍', on: true },
        { userId: 'ann', emoji: '👍', on: true },
      ],
    };
    const after = withChange(before, folded);
    expect(after.history.messages[0]?.mine).to.deep.equal(['👍']);
    expect(after.change).to.equal(1);
    const gone = { ...folded, kind: 'delete' as const, message: message(1, { rev: 1, body: '', deletedAt: 'now' }) };
    expect(withChange(before, gone).history.messages[0]).to.not.have.property('mine');
  });

  it('are asked for where one is told again that was not heard: whose it was is not said', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const retold: Changed = {
      ...{ chatId: 'chat', kind: 'react', change: 1, message: message(1, { rev: 1, body: 'b' }), retold: true },
      by: { userId: 'ben', emoji: '👍', on: true },
    };
    const after = withChange(before, retold);
    expect(after).to.include({ change: 0, lastChange: 1 });
    expect(after.history.messages[0]?.body).to.equal('b');
    expect(withChange(withChanges(after, [], 1), retold)).to.include({ change: 1, lastChange: 1 });
  });

  it('are asked for where one of the message before it was not heard', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const second = { chatId: 'chat', kind: 'edit', change: 3, was: 2, by: { userId: 'ben' } } as const;
    const after = withChange(withChanges(before, [], 2), { ...second, message: message(1, { rev: 3, body: 'b' }) });
    expect(after).to.include({ change: 2, lastChange: 3 });
    expect(after.history.messages[0]?.body).to.equal('b');
  });

  it('of a message from behind a gap add to what is known of it', () => {
    const one = { chatId: 'chat', kind: 'react', by: { userId: 'ann', emoji: '👍', on: true } } as const;
    const first = withChange(chatState({ lastChange: 0 }), { ...one, change: 1, message: message(2, { rev: 1 }) });
    const by = { userId: 'ann', emoji: '🔥', on: true };
    const second = withChange(first, { ...one, by, change: 2, message: message(2, { rev: 2 }) });
    expect(withMessages(second, [message(1)]).history.messages[1]?.mine).to.deep.equal(['👍', '🔥']);
  });

  it('of what is too far behind a gap to be kept are asked for, when the gap is closed', () => {
    const crowd = Array.from({ length: 500 }, (_, each) => message(each + 2));
    const before = withMessages(chatState({ lastChange: 0 }), crowd);
    const one = { chatId: 'chat', kind: 'edit', by: { userId: 'ben' }, change: 1 } as const;
    const far = withChange(before, { ...one, message: message(502, { rev: 1, body: 'b' }) });
    expect(far).to.include({ change: 0, lastChange: 1 });
    const near = withChange(before, { ...one, message: message(501, { rev: 1, body: 'b' }) });
    expect(near).to.include({ change: 1, lastChange: 1 });
    // Of the one that was not kept comes what it was before, late.
    const late = withMessages(withMessages(far, [message(1)]), [message(502)]);
    expect(late.history.upTo).to.equal(502);
    expect(isBehind(late)).to.equal(true);
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
    const { pages, held } = stage(
      server,
      () => 0,
      (place, limit) => server.page(place, Math.min(limit, 2)),
    );
    for (const first of [8, 6]) {
      await pages.older('chat', 4);
      expect(held().history.messages[0]?.seq).to.equal(first);
    }
    expect(held().history.messages.filter(({ hidden }) => hidden)).to.deep.equal([]);
  });

  it('end as the table has them, whatever was lost, late or doubled', async function () {
    this.timeout(30_000);
    for (let seed = 1; seed <= 120; seed++) await play(seed);
  });

  it('end so wherever one has looked meanwhile, with no more held than what is near and the end', async function () {
    this.timeout(60_000);
    for (let seed = 1; seed <= 200; seed++) await wander(seed);
  });
});

/** As `play`, by somebody who looks here and there, reads, and looks away. */
async function wander(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const below = (count: number) => Math.floor(random() * count);
  const server = table(below(20));
  const act = () => acted(server, below);
  for (let each = 0; each < 40; each++) act();
  const the = stage(server, () => below(200), server.page, SMALL);
  const { clock, catchUp, pages, held } = the;
  const look = (): View => {
    const from = 1 + below(server.lastSeq);
    return { from, to: from + below(4) };
  };
  for (let turn = 0; turn < 80; turn++) {
    const news = act();
    const copies = random() < 0.2 ? 0 : random() < 0.2 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) clock.later(random() < 0.6 ? 0 : below(600), () => the.hear(news));
    const chance = below(20);
    if (chance < 5) void pages.look('chat', look());
    if (chance === 5) pages.lookAway('chat');
    if (chance === 6) void pages.older('chat', 1 + below(3));
    if (chance === 7) the.listed();
    if (chance > 16) the.read(readable(held(), below(4)));
    if (chance === 16 && below(4) === 0) the.read(held().lastSeq);
    if (chance < 10) catchUp.soon();
    await clock.pass(below(80));
    pages.trim('chat');
    expectWhole(held().history, `seed ${seed}, turn ${turn}`);
  }
  await clock.pass(2_000);
  catchUp.now();
  await clock.pass(10_000);
  for (let views = 0; views < 10; views++) {
    const view = look();
    void pages.look('chat', view);
    await clock.pass(3_000);
    const { history } = held();
    const shown = stretchAt(history, view.from) ?? [];
    const wanted = shown.filter(({ seq }) => seq >= view.from - 3 && seq <= view.to + 3);
    const [first, last] = [Math.max(1, view.from - 3), Math.min(server.lastSeq, view.to + 3)];
    const now = server.page({ after: first - 1 }, last - first + 1);
    expect(wanted.map(seen), `seed ${seed}: what is shown`).to.deep.equal(now.map(seen));
    expect(history.back.length, `seed ${seed}: near the view`).to.be.at.most(4 + 2 * 5 + 2 * 3 + 2);
    expect(history.messages.length, `seed ${seed}: the end`).to.be.at.most(4 + 4 + 2 * 5 + 2 * 3 + 2);
  }
  pages.lookAway('chat');
  const { history, unread, mentions, change, changedElsewhere, lastMessage } = held();
  expect(heldIn(history).length, `seed ${seed}: nobody looks`).to.be.at.most(4 + 2);
  expect(changedElsewhere).to.be.at.most(change ?? 0);
  expect(lastMessage?.body).to.equal(server.page({ before: server.lastSeq + 1 }, 1)[0]?.body);
  expect({ unread, mentions, change }, `seed ${seed}`).to.deep.equal({
    unread: server.listed().unread,
    mentions: server.listed().mentions,
    change: server.lastChange,
  });
  expect(the.setBack(), `seed ${seed}: nothing was set back`).to.equal(0);
}

/** As the page does: whoever reads, reads on where they were, and has the messages there. */
function readable({ history, readSeq }: ChatState, steps: number): number {
  let seq = readSeq;
  for (let step = 0; step < steps && at(history, seq + 1); step++) seq += 1;
  return seq;
}

/** Two stretches without holes at most, with a gap between them. */
function expectWhole({ messages, back, upTo }: History, when: string): void {
  for (const stretch of [messages, back])
    expect(seqsOf(stretch), when).to.deep.equal(stretch.map((_, at) => (stretch[0]?.seq ?? 0) + at));
  if (messages.length > 0) expect(messages.at(-1)?.seq, when).to.equal(upTo);
  if (back.length > 0) expect(back.at(-1)?.seq, when).to.be.below((messages[0]?.seq ?? upTo + 1) - 1);
}

/** Something happens at the server. */
function acted(server: ReturnType<typeof table>, below: (count: number) => number): Message | Changed {
  const seq = 1 + below(server.lastSeq);
  const what = server.lastSeq < 2 || !server.has(seq) ? 0 : below(6);
  const calls = below(3) === 0;
  if (what < 2) return server.send(below(10) < 3 ? 'ann' : 'ben', calls);
  if (what === 2) return server.delete(seq);
  return what === 3 ? server.edit(seq, calls) : server.react(seq, below(2) === 0 ? 'ann' : 'ben');
}

async function play(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const below = (count: number) => Math.floor(random() * count);
  const server = table(below(6));
  const act = () => acted(server, below);
  for (let each = 0; each < 12; each++) act();
  const { clock, catchUp, pages, held, setBack, hear, listed } = stage(server, () => below(300));
  for (let turn = 0; turn < 60; turn++) {
    const news = act();
    const copies = random() < 0.3 ? 0 : random() < 0.2 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) clock.later(random() < 0.6 ? 0 : below(600), () => hear(news));
    if (random() < 0.04) void pages.older('chat', 1 + below(4));
    if (random() < 0.1) catchUp.soon();
    if (random() < 0.02) listed();
    await clock.pass(below(80));
  }
  await clock.pass(2_000);
  catchUp.now();
  await clock.pass(10_000);
  const { history, unread, mentions, change, lastMessage } = held();
  const now = server.page({ before: history.upTo + 1 }, history.messages.length);
  expect(history.upTo, `seed ${seed}`).to.equal(server.lastSeq);
  expect(setBack(), `seed ${seed}: nothing was set back`).to.equal(0);
  expect(change, `seed ${seed}`).to.equal(server.lastChange);
  expect(history.messages.map(seen), `seed ${seed}`).to.deep.equal(now.map(seen));
  expect(lastMessage?.body, `seed ${seed}`).to.equal(now.at(-1)?.body);
  expect(unread, `seed ${seed}`).to.equal(server.listed().unread);
  expect(mentions, `seed ${seed}`).to.equal(server.listed().mentions);
}

const seen = ({ seq, rev = 0, body, deletedAt, reactions = [], mine = [] }: Message) =>
  JSON.stringify({ seq, rev, body, deletedAt, reactions, mine });
