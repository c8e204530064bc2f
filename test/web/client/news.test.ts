/** What a client makes of what it hears, also of what it cannot place. */
import { expect } from 'chai';
import { createNews } from '../../../web/client/news.js';
import type { Chat, Presence } from '../../../web/client/shapes.js';
import { createStore } from '../../../web/client/state.js';
import { chat, chatState, message } from '../support/messages.js';

const members = [
  { userId: 'ann', role: 'owner', readSeq: 0, deliveredSeq: 0 },
  { userId: 'ben', role: 'member', readSeq: 0, deliveredSeq: 0 },
] as const;
const at = '2026-01-02T12:00:00.000Z';

describe('news for a client', () => {
  function stage() {
    const store = createStore();
    store.change({ loaded: true, chats: new Map([['chat', chatState({ members })]]) });
    const the = {
      described: [] as Chat[],
      arrived: [] as number[],
      changed: [] as number[],
      loaded: [] as string[],
      met: [] as string[],
      present: [] as Presence[],
      typing: [] as unknown[],
      notes: [] as number[],
      behind: 0,
    };
    const hear = createNews({
      userId: 'ann',
      store,
      people: { meet: ids => the.met.push(...ids), present: presence => the.present.push(presence) },
      typing: { heard: (...heard) => the.typing.push(heard) },
      own: { behind: false, heard: ({ note }) => the.notes.push(note) },
      describe: each => the.described.push(each),
      arrived: (_chatId, messages) => the.arrived.push(...messages.map(({ seq }) => seq)),
      changed: ({ change }) => the.changed.push(change),
      load: chatId => the.loaded.push(chatId),
      behind: () => {
        the.behind += 1;
      },
    });
    return { store, the, hear, state: () => store.state.chats.get('chat') };
  }

  it('are messages, and whoever has written has stopped typing', () => {
    const { the, hear } = stage();
    hear('message:new', message(1));
    expect(the.arrived).to.deep.equal([1]);
    expect(the.typing).to.deep.equal([['chat', 'ben', false]]);
  });

  it('are changes of messages; of a chat that is not there they make it be loaded', () => {
    const { the, hear } = stage();
    const changed = { chatId: 'chat', change: 3, kind: 'edit', message: message(1, { rev: 3 }), by: { userId: 'ben' } };
    hear('message:changed', changed);
    hear('message:changed', { ...changed, chatId: 'another', change: 4 });
    expect(the.changed).to.deep.equal([3]);
    expect(the.loaded).to.deep.equal(['another']);
  });

  it('are receipts, of others and of one’s own other devices', () => {
    const { store, the, hear, state } = stage();
    store.changeChat('chat', each => ({ ...each, lastSeq: 5, history: { ...each.history, upTo: 5 } }));
    hear('receipt:delivered', { chatId: 'chat', userId: 'ben', seq: 5, at });
    hear('receipt:read', { chatId: 'chat', userId: 'ben', seq: 4, at });
    hear('receipt:read', { chatId: 'chat', userId: 'ann', seq: 3, at });
    expect(state()?.members.ben).to.include({ readSeq: 4, deliveredSeq: 5 });
    expect(state()).to.include({ readSeq: 3, unread: 2 });
    expect(the.behind).to.equal(0);
    hear('receipt:read', { chatId: 'chat', userId: 'ben', seq: 6, at });
    expect(the.behind, 'there is a sixth message').to.equal(1);
  });

  it('are chats, members and who is there', () => {
    const { the, hear, state, store } = stage();
    hear('chat:created', chat({ id: 'another' }));
    hear('chat:updated', chat({ title: 'renamed' }));
    expect(the.described.map(({ id }) => id)).to.deep.equal(['another', 'chat']);
    hear('chat:member-added', { chatId: 'chat', userId: 'cem' });
    expect(Object.keys(state()?.members ?? {})).to.deep.equal(['ann', 'ben', 'cem']);
    expect(the.met).to.deep.equal(['cem']);
    hear('chat:member-removed', { chatId: 'chat', userId: 'ben' });
    expect(Object.keys(state()?.members ?? {})).to.deep.equal(['ann', 'cem']);
    hear('presence:changed', { userId: 'ben', status: 'online', lastSeenAt: null });
    hear('typing', { chatId: 'chat', userId: 'cem', active: true });
    expect([the.present.length, the.typing.length]).to.deep.equal([1, 1]);
    hear('chat:member-removed', { chatId: 'chat', userId: 'ann' });
    expect(store.state.chats.size, 'the user is out').to.equal(0);
  });

  it('are one’s own state, and where what was read elsewhere leaves mentions uncounted the chat is loaded', () => {
    const { the, hear, store } = stage();
    hear('me:changed', { note: 4, chats: [] });
    expect(the.notes).to.deep.equal([4]);
    store.change({ chats: new Map([['chat', chatState({ lastSeq: 9, unread: 9, mentions: 2 })]]) });
    hear('receipt:read', { chatId: 'chat', userId: 'ann', seq: 3, at });
    expect(the.loaded).to.deep.equal(['chat']);
  });

  it('of a chat that is not known have it loaded, once the list has been there', () => {
    const { store, the, hear } = stage();
    store.change({ loaded: false });
    hear('message:new', message(1, { chatId: 'new' }));
    expect(the.loaded, 'the list comes anyway').to.deep.equal([]);
    store.change({ loaded: true });
    hear('message:new', message(1, { chatId: 'new' }));
    hear('receipt:read', { chatId: 'new', userId: 'ben', seq: 1, at });
    hear('chat:member-added', { chatId: 'new', userId: 'ben' });
    expect(the.loaded).to.deep.equal(['new', 'new', 'new']);
    expect(the.arrived).to.deep.equal([]);
  });

  it('that this version does not know are nothing to it', () => {
    const { store, hear } = stage();
    const before = store.state;
    hear('message:edited', {});
    hear('constructor', {});
    expect(store.state).to.equal(before);
  });
});
