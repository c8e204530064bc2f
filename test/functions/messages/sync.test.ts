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
