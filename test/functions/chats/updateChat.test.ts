import { expect } from 'chai';
import { Check } from 'typebox/value';
import { updateChat } from '#functions/chats/updateChat.js';
import type { Chat } from '#functions/domain/model.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, aMember, CHAT } from '../../support/samples.js';

const contextWith = (chat: Chat | undefined) =>
  testContext({
    caller: {},
    ports: somePorts({
      chats: {
        update: async () => chat?.type === 'group',
        view: async () => chat,
        readersOf: async () => [1, 2].map(n => ({ userIds: [uuid(n)], unread: n, mentions: 0, lastMessage: null })),
      },
    }),
  });

const event = testEvent({ chatId: CHAT, title: 'Hikers' });

describe('updateChat', () => {
  it('answers the renamed chat and tells its members', async () => {
    const chat = aChat({ title: 'Hikers', members: [aMember(uuid(1)), aMember(uuid(2))] });
    expect(await updateChat.handle(contextWith(chat), event)).to.deep.equal({
      reply: chat,
      emit: [1, 2].map(n => ({
        send: 'chat:updated',
        data: { ...chat, unread: n },
        to: [`user:${uuid(n)}`],
        within: `chat:${CHAT}`,
      })),
    });
  });

  it('tells it once more when it was changed again while it was told, so that the last to be told is the last', async () => {
    const chat = aChat({ title: 'Hikers', members: [aMember(uuid(1)), aMember(uuid(2))] });
    const outcome = await updateChat.handle(contextWith(chat), event);
    const settle = (now: Chat) => updateChat.settle!(contextWith(now), event, { outcome });
    expect(await settle({ ...chat, lastSeq: 9 })).to.deep.equal({ reply: chat });
    for (const now of [
      { ...chat, title: 'Runners' },
      { ...chat, noForwards: true },
      { ...chat, members: [aMember(uuid(1)), aMember(uuid(2), { role: 'admin' })] },
      { ...chat, members: [aMember(uuid(1)), aMember(uuid(3))] },
    ] as const) {
      const told = await settle(now);
      expect(told).to.include({ reply: chat, unsettled: true });
      expect(told.emit?.[0]).to.deep.include({ send: 'chat:updated', data: { ...now, unread: 1 } });
    }
  });

  it('changes what is given and nothing else, and something', async () => {
    const changes: unknown[] = [];
    const chat = aChat();
    const ports = somePorts({
      chats: {
        update: async (_, change) => changes.push(change) > 0,
        view: async () => chat,
        readersOf: async () => [],
      },
    });
    const context = testContext({ caller: {}, ports });
    for (const change of [{ title: ' Hikers ' }, { noForwards: true }, { noForwards: false, title: 'a' }]) {
      await updateChat.handle(context, testEvent({ chatId: CHAT, ...change }));
    }
    expect(changes).to.deep.equal([{ title: 'Hikers' }, { noForwards: true }, { title: 'a', noForwards: false }]);
    expect((await failureOf(() => updateChat.handle(context, testEvent({ chatId: CHAT })))).code).to.equal('invalid');
  });

  it('finds that a direct chat has no title', async () => {
    const failure = await failureOf(() =>
      updateChat.handle(contextWith(aChat({ type: 'direct', title: null })), event),
    );
    expect(failure.code).to.equal('conflict');
  });

  it('knows no other chat', async () => {
    expect((await failureOf(() => updateChat.handle(contextWith(undefined), event))).code).to.equal('not_found');
  });

  it('refuses a title that shows nothing', async () => {
    const blank = testEvent({ chatId: CHAT, title: ' \u2800 ' });
    const failure = await failureOf(() => updateChat.handle(contextWith(aChat()), blank));
    expect([failure.code, failure.errors?.[0]?.path]).to.deep.equal(['invalid', '/title']);
  });

  it('changes what is given, and wants something given', async () => {
    const given: unknown[] = [];
    const chats = { update: async (_: string, change: object) => given.push(change) > 0, view: async () => aChat() };
    const ports = somePorts({ chats: { ...chats, readersOf: async () => [] } });
    const context = testContext({ caller: {}, ports });
    await updateChat.handle(context, testEvent({ chatId: CHAT, keepVersions: true }));
    expect(given).to.deep.equal([{ keepVersions: true }]);
    expect((await failureOf(() => updateChat.handle(context, testEvent({ chatId: CHAT })))).code).to.equal('invalid');
  });

  it('takes titles of 1 to 128 code points', () => {
    const takes = (title: string) => Check(updateChat.input, { chatId: CHAT, title });
    expect(['', 'a', '🧗'.repeat(128), '🧗'.repeat(129)].map(takes)).to.deep.equal([false, true, true, false]);
  });
});
