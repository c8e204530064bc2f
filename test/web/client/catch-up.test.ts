/** However events are lost, doubled or late, what a client holds in the end is the history, in order and nothing twice. */
import { expect } from 'chai';
import { withMessages } from '../../../web/client/arrivals.js';
import { createCatchUp } from '../../../web/client/catch-up.js';
import type { ChatState } from '../../../web/client/chat.js';
import { restarted } from '../../../web/client/described.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { Message } from '../../../web/client/shapes.js';
import { createStore } from '../../../web/client/state.js';
import { createWire } from '../../../web/client/wire.js';
import { mulberry32 } from '../../support/mulberry32.js';
import { fakeClock } from '../support/fake-clock.js';
import { chatState, message, NO_OWN, seqsOf } from '../support/messages.js';

function stage(page = 200) {
  const clock = fakeClock();
  const store = createStore();
  const wire = createWire(clock);
  const chats = new Map<string, ChatState>([['chat', chatState()]]);
  store.change({ link: 'online', chats });
  const history: Message[] = [];
  const the = { asked: 0, away: false, silent: false, out: false, stuck: 0, discovered: [] as string[], last: 0 };
  /** Of an older version, or how many changes there are. */
  const version = { old: false, changes: undefined as number | undefined };
  const arrived = (chatId: string, messages: readonly Message[]) =>
    store.changeChat(chatId, chat => withMessages(chat, messages));
  const catchUp = createCatchUp({
    clock,
    store,
    wire,
    own: NO_OWN,
    arrived,
    ask: async (_event, data) => {
      the.asked += 1;
      if (the.silent) return new Promise(() => {});
      if (the.away) throw new Refusal('unavailable', 'away');
      if (the.out) return { chats: [], unknown: ['chat'] };
      const { cursors, me } = data as {
        cursors: Record<string, number | { seq: number; change: number }>;
        me?: number;
      };
      const named = cursors.chat ?? 0;
      if (version.old && (typeof named !== 'number' || me !== undefined)) throw new Refusal('invalid', 'not a seq');
      const given = typeof named === 'number' ? named : named.seq;
      const reset = given > history.length;
      const cursor = reset ? 0 : given;
      const messages = history.filter(({ seq }) => seq > cursor).slice(0, page);
      const more = cursor + messages.length < history.length;
      const readSeqs = { ann: 0, ben: history.length };
      const synced = { chatId: 'chat', messages, lastSeq: the.last || history.length, readSeqs, more };
      const since = typeof named === 'number' ? version.changes : named.change;
      const changed = history.filter(({ seq, rev = 0 }) => seq <= cursor && since !== undefined && rev > since);
      const { changes } = version;
      // Not beyond a change of what is left out, unless no change was named.
      const from = typeof named === 'number' ? Infinity : named.change;
      const leftOut = history.slice(cursor + messages.length);
      const due = leftOut.flatMap(({ rev = 0 }) => (rev > from ? [rev - 1] : []));
      const numbers = changes !== undefined && { changed, lastChange: changes, changeUpto: Math.min(changes, ...due) };
      return { chats: [{ ...synced, ...numbers, ...(reset && { reset }) }], unknown: [] };
    },
    discovered: chatId => the.discovered.push(chatId),
    restart: (chatId, extent) => store.changeChat(chatId, chat => restarted(chat, extent)),
    stuck: () => {
      the.stuck += 1;
    },
  });
  return {
    clock,
    store,
    wire,
    history,
    the,
    version,
    catchUp,
    say: (count: number) => {
      for (let each = 0; each < count; each++) history.push(message(history.length + 1));
      return history.slice(-count);
    },
    hear: (messages: readonly Message[]) => {
      arrived('chat', messages);
      const chat = store.state.chats.get('chat');
      if (chat && chat.lastSeq > chat.history.upTo) catchUp.soon();
    },
    held: () => seqsOf(store.state.chats.get('chat')?.history.messages ?? []),
  };
}

describe('catching up', () => {
  it('asks for what is missing, as often as it takes, and says how much it was', async () => {
    const { clock, wire, the, catchUp, say, held } = stage(10);
    say(35);
    catchUp.now();
    await clock.pass(0);
    expect(held()).to.have.length(35);
    expect(the.asked).to.equal(4);
    const [note] = wire.records.filter(({ kind }) => kind === 'note');
    expect(note).to.deep.include({ name: 'gap healed', data: { messages: 35 } });
  });

  it('leaves a gap a moment to close by itself', async () => {
    const { clock, the, say, hear, held } = stage();
    const [one, two] = say(2);
    hear([two!]);
    hear([one!]);
    await clock.pass(1_000);
    expect(held()).to.deep.equal([1, 2]);
    expect(the.asked).to.equal(0);
  });

  it('closes a gap that stays, once for many events', async () => {
    const { clock, the, say, hear, held } = stage();
    say(3);
    for (const each of say(20)) hear([each]);
    expect(held()).to.deep.equal([]);
    await clock.pass(200);
    expect(held()).to.have.length(23);
    expect(the.asked).to.equal(1);
  });

  it('tries again while the server is away, and gives a dead connection up', async () => {
    const { clock, the, catchUp, say, held } = stage();
    say(1);
    the.away = true;
    catchUp.now();
    await clock.pass(2_000);
    the.away = false;
    await clock.pass(2_000);
    expect(held()).to.deep.equal([1]);
    the.silent = true;
    catchUp.now();
    await clock.pass(9_000);
    expect(the.stuck).to.equal(1);
  });

  it('discovers chats that it does not know', async () => {
    const { clock, store, the, catchUp } = stage();
    store.change({ chats: new Map() });
    catchUp.now();
    await clock.pass(0);
    expect(the.discovered).to.deep.equal(['chat']);
  });

  it('drops what it holds of a chat that was set back, and loads it anew, however many answers that takes', async () => {
    const { clock, history, store, catchUp, say, held } = stage(10);
    say(50);
    catchUp.now();
    await clock.pass(0);
    history.splice(0, history.length, ...Array.from({ length: 25 }, (_, at) => message(at + 1, { id: `new-${at}` })));
    catchUp.now();
    await clock.pass(0);
    expect(held()).to.have.length(25);
    const { lastSeq, history: kept } = store.state.chats.get('chat') as ChatState;
    expect([lastSeq, kept.messages.every(({ id }) => id.startsWith('new'))]).to.deep.equal([25, true]);
  });

  it('goes on behind messages that its user hides from themselves, also where these are the last ones', async () => {
    const { clock, the, store, history, catchUp, say } = stage();
    say(9);
    for (const seq of [9, 8, 3]) history.splice(seq - 1, 1);
    the.last = 9;
    catchUp.now();
    await clock.pass(0);
    const { history: held, lastMessage, unread } = store.state.chats.get('chat')!;
    expect(held.upTo).to.equal(9);
    expect(seqsOf(held.messages.filter(({ hidden }) => !hidden))).to.deep.equal([1, 2, 4, 5, 6, 7]);
    expect(lastMessage?.seq).to.equal(7);
    expect(unread).to.equal(6);
    catchUp.soon();
    await clock.pass(1_000);
    expect(the.asked, 'nothing is missing').to.equal(1);
  });

  it('asks by seqs alone where the server is an older one, and goes on from its changes afterwards', async () => {
    const { clock, store, the, version, catchUp, say, held } = stage();
    Object.assign(version, { changes: 3 });
    store.changeChat('chat', chat => ({ ...chat, change: 3 }));
    version.old = true;
    say(5);
    catchUp.now();
    await clock.pass(0);
    expect(held()).to.deep.equal([1, 2, 3, 4, 5]);
    expect(the.asked).to.equal(2);
    version.old = false;
    catchUp.now();
    await clock.pass(0);
    expect([the.asked, store.state.chats.get('chat')?.change]).to.deep.equal([3, 3]);
  });

  it('asks for all changes of what an older server has told', async () => {
    const { clock, history, store, version, catchUp, say } = stage();
    say(3);
    store.changeChat('chat', chat => ({ ...chat, change: undefined }));
    catchUp.now();
    await clock.pass(0);
    history[1] = message(2, { body: 'dos', rev: 4 });
    version.changes = 4;
    catchUp.now();
    await clock.pass(1_000);
    const { change, history: now } = store.state.chats.get('chat')!;
    expect([change, now.messages[1]?.body]).to.deep.equal([4, 'dos']);
  });

  it('does not take changes for told that an answer leaves out, of a chat that came up while it asked', async () => {
    for (const named of [true, false]) {
      const { clock, history, store, version, hear, say, catchUp } = stage(7);
      const [sent] = say(20).slice(-1);
      history[19] = message(20, { body: 'veinte', rev: 2 });
      version.changes = 2;
      const begin = () => store.change({ chats: new Map([['chat', chatState({ lastChange: 0 })]]) });
      store.change({ chats: new Map() });
      if (named) begin();
      catchUp.now();
      if (!named) begin();
      hear([sent!]);
      await clock.pass(1_000);
      const { change, history: now } = store.state.chats.get('chat')!;
      expect(seqsOf(now.messages), `named ${named}`).to.deep.equal(seqsOf(history));
      expect([change, now.messages[19]?.body], `named ${named}`).to.deep.equal([2, 'veinte']);
    }
  });

  it('lets go of chats that are not one’s own any more', async () => {
    const { clock, store, the, catchUp } = stage();
    the.out = true;
    catchUp.now();
    await clock.pass(0);
    expect(store.state.chats.size).to.equal(0);
  });

  it('holds the history in the end, whatever was lost, doubled and late', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = mulberry32(seed);
      const { clock, history, say, hear, held, catchUp } = stage(7);
      const late: Message[][] = [];
      for (let moment = 0; moment < 60; moment++) {
        const said = say(1 + Math.floor(random() * 3));
        const fate = random();
        if (fate < 0.5) hear(said);
        else if (fate < 0.7) late.push(said);
        else if (fate < 0.8) hear([...said, ...said]);
        if (random() < 0.3) hear(late.splice(Math.floor(random() * late.length), 1)[0] ?? []);
        if (random() < 0.1) catchUp.now();
        await clock.pass(random() * 120);
        expect(held(), `seed ${seed}`).to.deep.equal(held().map((_, at) => at + 1));
      }
      catchUp.now();
      await clock.pass(1_000);
      expect(held(), `seed ${seed}`).to.deep.equal(seqsOf(history));
    }
  });
});
