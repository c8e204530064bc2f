/** What a chat is to the user alone comes from all their devices; the newest state is it, and a gap is seen. */
import { expect } from 'chai';
import { withMessages } from '../../../web/client/arrivals.js';
import { createOwn, type OwnChange } from '../../../web/client/own-state.js';
import type { OwnState } from '../../../web/client/shapes.js';
import { createStore } from '../../../web/client/state.js';
import { chatState, message } from '../support/messages.js';

function stage() {
  const store = createStore();
  const held = withMessages(chatState(), [message(1), message(2), message(3), message(4)]);
  store.change({ chats: new Map([['chat', held]]) });
  const the = { loaded: [] as string[], taken: [] as number[], asked: [] as OwnChange[] };
  const own = createOwn({
    store,
    patch: async (chatId, change) => {
      the.asked.push(change);
      return { chatId, rev: 9, pinned: true };
    },
    taken: ({ rev }) => the.taken.push(rev),
    load: chatId => the.loaded.push(chatId),
  });
  const state = (rev: number, rest: Partial<OwnState> = {}): OwnState => ({ chatId: 'chat', rev, ...rest });
  const chat = () => store.state.chats.get('chat');
  return { store, own, the, state, chat, mine: () => store.state.own.chat };
}

describe('own state', () => {
  it('is the newest one, in whatever order states arrive, and a jump of the note shows', () => {
    const { own, state, mine, the } = stage();
    own.heard({ note: 1, chats: [state(1, { archived: true })] });
    expect([own.note, own.behind]).to.deep.equal([1, false]);
    own.heard({ note: 3, chats: [state(3, { pinned: true })] });
    expect([own.note, own.behind]).to.deep.equal([1, true]);
    own.heard({ note: 2, chats: [state(2)] });
    expect(mine()).to.include({ rev: 3, pinned: true }).and.not.to.have.property('archived');
    own.synced({ note: 3, chats: [], more: false });
    expect([own.note, own.behind]).to.deep.equal([3, false]);
    expect(the.taken).to.deep.equal([1, 3]);
  });

  it('begins anew where the server was set back', () => {
    const { own, state, store } = stage();
    own.heard({ note: 1, chats: [state(1, { pinned: true }), { chatId: 'another', rev: 1, pinned: true }] });
    own.synced({ note: 0, chats: [], more: false, reset: true });
    expect([own.note, own.behind, store.state.own]).to.deep.equal([0, false, {}]);
  });

  it('is set by asking the server, and is then what that answers', async () => {
    const { own, the, mine } = stage();
    expect(await own.set('chat', { pinned: true })).to.include({ rev: 9 });
    expect([the.asked, mine()?.pinned]).to.deep.equal([[{ pinned: true }], true]);
  });

  it('hides messages for good, also by an older state, and from what was said last', () => {
    const { own, state, chat, mine, the } = stage();
    own.heard({ note: 2, chats: [state(2, { hidden: [{ from: 4, to: 4 }] })] });
    own.heard({ note: 1, chats: [state(1, { hidden: [{ from: 2, to: 2 }] })] });
    own.hide('chat', 3);
    expect(mine()?.hidden).to.deep.equal([{ from: 2, to: 4 }]);
    expect(mine()?.rev).to.equal(2);
    expect(
      chat()
        ?.history.messages.filter(({ hidden }) => !hidden)
        .map(({ seq }) => seq),
    ).to.deep.equal([1]);
    expect(chat()?.lastMessage?.seq).to.equal(1);
    expect(chat()?.unread).to.equal(1);
    expect(the.loaded).to.deep.equal([]);
    own.hide('chat', 1);
    expect(chat()?.lastMessage).to.equal(null);
    expect(the.loaded, 'what was said before is not known').to.deep.equal(['chat']);
  });

  it('has the chat loaded where it cannot count what is hidden', () => {
    const { own, state, store, the } = stage();
    store.change({ chats: new Map([['chat', chatState({ lastSeq: 50, unread: 20, lastMessage: message(50) })]]) });
    own.heard({ note: 1, chats: [state(1, { hidden: [{ from: 35, to: 40 }] })] });
    expect(the.loaded).to.deep.equal(['chat']);
  });
});
