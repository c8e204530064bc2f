import { expect } from 'chai';
import { Check } from 'typebox/value';
import { createChat } from '#functions/chats/createChat.js';
import type { Chat } from '#functions/domain/model.js';
import type { ChatStore } from '#functions/ports/chats.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, aMember, CHAT } from '../../support/samples.js';

const ME = uuid(1);
const ANN = uuid(2);
const BEN = uuid(3);
const isIn = (userId: string) => ({ room: `chat:${CHAT}`, of: `user:${userId}`, is: 'in' as const });

interface Beforehand {
  readonly existed?: boolean;
  readonly users?: readonly string[];
  readonly known?: readonly string[];
  readonly refused?: readonly string[];
}

function contextWith({ existed = false, users = [ANN, BEN], known = [], refused = [] }: Beforehand = {}) {
  const approached: (readonly string[])[] = [];
  const created: Parameters<ChatStore['create']>[0][] = [];
  const views: Chat[] = [];
  const context = testContext({
    caller: { userId: ME },
    ports: somePorts({
      approaches: {
        take: async userIds => {
          approached.push(userIds);
          return refused.map(userId => ({ userId, until: new Date(NOW + 60_000).toISOString() }));
        },
      },
      members: { strangers: async (_userId, others) => others.filter(id => !known.includes(id)) },
      chats: {
        direct: async () => (existed ? CHAT : undefined),
        view: async () => views.shift(),
        create: async chat => {
          created.push(chat);
          return { chat: aChat(), existed };
        },
      },
      users: { existing: async asked => asked.filter(id => users.includes(id)) },
    }),
  });
  return { context, created, approached, views };
}

describe('createChat', () => {
  it('makes the caller the owner of a group with the members named', async () => {
    const { context, created } = contextWith();
    const outcome = await createChat.handle(
      context,
      testEvent({ type: 'group', memberIds: [ANN, BEN], title: 'Climbers' }),
    );
    expect(created).to.deep.equal([
      {
        id: uuid(1001),
        type: 'group',
        title: 'Climbers',
        ownerId: ME,
        memberIds: [ME, ANN, BEN],
        createdAt: new Date(NOW).toISOString(),
      },
    ]);
    expect(outcome).to.deep.include({ status: 'created', reply: { chat: aChat() } });
  });

  it("puts everybody's connections into the room before the chat is read and shown to them", async () => {
    const { context, views } = contextWith();
    const event = testEvent({ type: 'group' as const, memberIds: [ANN] });
    const outcome = await createChat.handle(context, event);
    expect(outcome.emit).to.equal(undefined);
    expect(outcome.memberships).to.deep.equal([isIn(ME), isIn(ANN)]);
    const chat = aChat({ lastSeq: 1, members: [aMember(ME), aMember(ANN)] });
    views.push(chat);
    const shown = await createChat.settle!(context, event, { outcome });
    expect(shown).to.deep.equal({
      status: 'created',
      reply: { chat },
      memberships: [],
      emit: [{ send: 'chat:created', data: chat, to: [`user:${ME}`, `user:${ANN}`], within: `chat:${CHAT}` }],
      unsettled: true,
    });
    views.push({ ...chat, lastSeq: 2 });
    expect(await createChat.settle!(context, event, { outcome: shown })).to.deep.equal({
      status: 'created',
      reply: { chat },
    });
  });

  it('puts out again who was removed by the time that they were let in, and does not show them the chat', async () => {
    const { context, views } = contextWith();
    const event = testEvent({ type: 'group' as const, memberIds: [ANN, BEN] });
    const outcome = await createChat.handle(context, event);
    views.push(aChat({ members: [aMember(ME), aMember(BEN)] }));
    const shown = await createChat.settle!(context, event, { outcome });
    expect(shown.memberships).to.deep.equal([{ ...isIn(ANN), is: 'out' }]);
    expect(shown.emit?.map(each => 'send' in each && each.to)).to.deep.equal([[`user:${ME}`, `user:${BEN}`]]);
  });

  it('does not count the caller among the members named', async () => {
    const { context, created } = contextWith();
    await createChat.handle(context, testEvent({ type: 'direct', memberIds: [ME, ANN] }));
    expect(created[0]).to.deep.include({ memberIds: [ME, ANN], title: null });
  });

  it('answers the direct chat that was there, and lets its members in once more, but tells nobody', async () => {
    const { context, views } = contextWith({ existed: true });
    const event = testEvent({ type: 'direct' as const, memberIds: [ANN] });
    const outcome = await createChat.handle(context, event);
    expect(outcome).to.deep.equal({
      reply: { chat: aChat() },
      publish: [ME, ANN].map(userId => ({ type: 'minitelegram.chat.member-added.v1', data: { chatId: CHAT, userId } })),
      memberships: [isIn(ME), isIn(ANN)],
    });
    const chat = aChat({ lastSeq: 3 });
    views.push(chat);
    expect(await createChat.settle!(context, event, { outcome })).to.deep.equal({ reply: { chat } });
  });

  it('counts an approach to those who do not know the caller, and none when the direct chat was there', async () => {
    const { context, approached } = contextWith({ known: [BEN] });
    await createChat.handle(context, testEvent({ type: 'group', memberIds: [BEN, ANN] }));
    expect(approached).to.deep.equal([[ANN]]);
    const again = contextWith({ existed: true });
    await createChat.handle(again.context, testEvent({ type: 'direct', memberIds: [ANN] }));
    expect(again.approached).to.deep.equal([]);
  });

  it('makes no chat when one of its members was approached too often, and says whom and until when', async () => {
    const { context, created } = contextWith({ refused: [ANN] });
    const failure = await failureOf(() =>
      createChat.handle(context, testEvent({ type: 'group', memberIds: [BEN, ANN] })),
    );
    expect(failure).to.deep.include({ code: 'rate_limited', retryAfterMs: 60_000 });
    expect(failure.errors?.map(({ path }) => path)).to.deep.equal(['/memberIds/1']);
    expect(created).to.deep.equal([]);
  });

  it('names each member who does not exist by their place in the request', async () => {
    const { context, created } = contextWith({ users: [BEN] });
    const memberIds = [ME, ANN, BEN, uuid(4)];
    const failure = await failureOf(() => createChat.handle(context, testEvent({ type: 'group', memberIds })));
    expect(failure.code).to.equal('invalid');
    expect(failure.errors?.map(({ path }) => path)).to.deep.equal(['/memberIds/1', '/memberIds/3']);
    expect(created).to.deep.equal([]);
  });

  const others = Array.from({ length: 1_000 }, (_, i) => uuid(2_000 + i));
  for (const [what, path, data] of [
    ['a direct chat with oneself', '/memberIds', { type: 'direct', memberIds: [ME] }],
    ['a direct chat of three', '/memberIds', { type: 'direct', memberIds: [ANN, BEN] }],
    ['a direct chat with a title', '/title', { type: 'direct', memberIds: [ANN], title: 'us' }],
    ['a member named twice', '/memberIds', { type: 'group', memberIds: [ANN, BEN, ANN] }],
    ['a group of nobody else', '/memberIds', { type: 'group', memberIds: [ME] }],
    ['a group of 1,001', '/memberIds', { type: 'group', memberIds: others }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { context, created } = contextWith({ users: [ANN, BEN, ...others] });
      const event = testEvent({ ...data, memberIds: [...data.memberIds] });
      const failure = await failureOf(() => createChat.handle(context, event));
      expect(failure.code).to.equal('invalid');
      expect(failure.errors?.[0]?.path).to.equal(path);
      expect(created).to.deep.equal([]);
    });
  }

  it('takes 999 others, and the caller besides', async () => {
    const { context, created } = contextWith({ users: others });
    const memberIds = [ME, ...others.slice(1)];
    expect(Check(createChat.input, { type: 'group', memberIds })).to.equal(true);
    await createChat.handle(context, testEvent({ type: 'group', memberIds }));
    expect(created[0]?.memberIds).to.have.length(1_000);
  });

  it('takes neither nobody at all nor an empty title', () => {
    expect(Check(createChat.input, { type: 'group', memberIds: [] })).to.equal(false);
    expect(Check(createChat.input, { type: 'group', memberIds: [ANN], title: '' })).to.equal(false);
  });
});
