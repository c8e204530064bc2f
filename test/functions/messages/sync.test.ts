import { expect } from 'chai';
import { Check } from 'typebox/value';
import { sync } from '#functions/messages/sync.js';
import type { MessageStore, SyncedChat } from '#functions/ports/messages.js';
import type { OwnStateStore } from '#functions/ports/ownState.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';
import { aMessage, CHAT } from '../../support/samples.js';

const missed: SyncedChat = {
  chatId: CHAT,
  messages: [aMessage()],
  changed: [],
  ...{ firstSeq: 1, lastChange: 0, changeUpto: 0 },
  lastSeq: 1,
  readSeqs: { [uuid(1)]: 0 },
  more: false,
};

function contextWith() {
  const asked: Parameters<MessageStore['sync']>[] = [];
  const answer: MessageStore['sync'] = async (...question) => {
    asked.push(question);
    return { chats: [missed], unknown: [uuid(9)] };
  };
  return { asked, context: testContext({ caller: {}, ports: somePorts({ messages: { sync: answer } }) }) };
}

const takes = (cursors: unknown) => Check(sync.input, { cursors });

describe('sync', () => {
  it('answers what the caller missed after the cursors', async () => {
    const { context, asked } = contextWith();
    const { reply } = await sync.handle(context, testEvent({ cursors: { [CHAT]: 0, [uuid(9)]: 3 }, limit: 7 }));
    expect(asked).to.deep.equal([[uuid(1), { [CHAT]: 0, [uuid(9)]: 3 }, 7]]);
    expect(reply).to.deep.equal({ chats: [missed], unknown: [uuid(9)] });
  });

  it('passes on that a chat was set back, and that there was no room for all', async () => {
    const answer = { chats: [{ ...missed, reset: true as const }], unknown: [], more: true as const };
    const context = testContext({ caller: {}, ports: somePorts({ messages: { sync: async () => answer } }) });
    const { reply } = await sync.handle(context, testEvent({ cursors: { [CHAT]: 9 } }));
    expect(reply).to.deep.equal(answer);
  });

  it('answers what changed of the caller’s own state where it is asked for, and asks for nothing where it is not', async () => {
    const me = { note: 9, chats: [{ chatId: CHAT, rev: 9, archived: true as const }], more: false };
    const notes: unknown[] = [];
    const since: OwnStateStore['since'] = async (...asked) => {
      notes.push(asked);
      return me;
    };
    const messages: Partial<MessageStore> = { sync: async () => ({ chats: [], unknown: [] }) };
    const context = testContext({ caller: {}, ports: somePorts({ messages, ownState: { since } }) });
    const answer = async (data: object) => (await sync.handle(context, testEvent({ cursors: {}, ...data }))).reply;
    expect(await answer({ me: 0 })).to.deep.equal({ chats: [], unknown: [], me });
    expect(await answer({})).to.deep.equal({ chats: [], unknown: [] });
    expect(notes).to.deep.equal([[uuid(1), 0]]);
  });

  describe('where the caller hides messages', () => {
    const some = (...seqs: number[]) => seqs.map(seq => aMessage({ seq }));
    const answered = async (cursor: unknown, chat: Partial<SyncedChat>, limit = 50) => {
      const messages: Partial<MessageStore> = { sync: async () => ({ chats: [{ ...missed, ...chat }], unknown: [] }) };
      const context = testContext({ caller: {}, ports: somePorts({ messages }) });
      const { reply } = await sync.handle(context, testEvent({ cursors: { [CHAT]: cursor } as never, limit }));
      return (reply as { chats: readonly SyncedChat[] }).chats[0]!;
    };
    const seqs = ({ messages }: SyncedChat) => messages.map(({ seq, body }) => (body === '' ? -seq : seq));

    it('leaves no hole to who knows of none, and tells nothing of what is hidden', async () => {
      const chat = await answered(2, { messages: some(4, 6), lastSeq: 7 });
      expect(seqs(chat)).to.deep.equal([-3, 4, -5, 6, -7]);
      expect(chat.messages[2]).to.include({ senderId: uuid(1), deletedBy: uuid(1), rev: 0, replyTo: null });
      expect(new Set(chat.messages.map(({ id }) => id)).size, 'three, and that of the samples').to.equal(4);
      expect(chat.more).to.equal(false);
    });

    it('leaves them out for who asks with a change as well', async () => {
      expect(seqs(await answered({ seq: 2, change: 0 }, { messages: some(4, 6), lastSeq: 7 }))).to.deep.equal([4, 6]);
    });

    it('leaves them out for who asks for their own state as well, and so knows what is hidden', async () => {
      const messages: Partial<MessageStore> = {
        sync: async () => ({ chats: [{ ...missed, messages: some(4), lastSeq: 4 }], unknown: [] }),
      };
      const since: OwnStateStore['since'] = async () => ({ note: 0, chats: [], more: false });
      const context = testContext({ caller: {}, ports: somePorts({ messages, ownState: { since } }) });
      const { reply } = await sync.handle(context, testEvent({ cursors: { [CHAT]: 2 }, me: 0 }));
      expect(seqs((reply as { chats: readonly SyncedChat[] }).chats[0]!)).to.deep.equal([4]);
    });

    it('goes as far as the messages do where there are more, and begins with the first that there is', async () => {
      expect(seqs(await answered(2, { messages: some(4, 6), lastSeq: 9, more: true }))).to.deep.equal([-3, 4, -5, 6]);
      expect(seqs(await answered(2, { messages: some(6), lastSeq: 6, firstSeq: 5 }))).to.deep.equal([-5, 6]);
      expect(seqs(await answered(99, { messages: some(2), lastSeq: 2, reset: true }))).to.deep.equal([-1, 2]);
    });

    it('fills as many as were asked for, and says that there are more', async () => {
      const chat = await answered(0, { messages: some(10), lastSeq: 10 }, 3);
      expect(seqs(chat)).to.deep.equal([-1, -2, -3]);
      expect(chat.more).to.equal(true);
    });
  });

  it('gives fifty a chat unless told', async () => {
    const { context, asked } = contextWith();
    await sync.handle(context, testEvent({ cursors: {} }));
    expect(asked).to.deep.equal([[uuid(1), {}, 50]]);
  });

  it('counts what cannot be a chat among the unknown, without asking for it', async () => {
    const { context, asked } = contextWith();
    const { reply } = await sync.handle(context, testEvent({ cursors: { 'a\u0000b': 1, [CHAT]: 2, '': 3 } }));
    expect(asked[0]?.[1]).to.deep.equal({ [CHAT]: 2 });
    expect(reply)
      .to.have.property('unknown')
      .which.deep.equals([uuid(9), 'a\u0000b', '']);
  });

  it('takes any short key, and only seqs', () => {
    expect(takes({ '': 0, 'a\nb': 1, ['x'.repeat(64)]: 2 })).to.equal(true);
    expect(takes({ ['x'.repeat(65)]: 1 })).to.equal(false);
    expect([-1, 0.5, '1', null, 2 ** 53].map(seq => takes({ [CHAT]: seq }))).not.to.include(true);
  });

  it('takes 5,000 cursors and no more', () => {
    const cursors = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [uuid(i), i]));
    expect([takes(cursors(5_000)), takes(cursors(5_001))]).to.deep.equal([true, false]);
  });
});
