import { expect } from 'chai';
import { Check } from 'typebox/value';
import { persistMessage } from '#functions/messages/persistMessage.js';
import type { MessageStore, NewMessage } from '#functions/ports/messages.js';
import type { OwnStateStore } from '#functions/ports/ownState.js';
import { Failure } from '#runtime/contract/failure.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aMessage, CHAT } from '../../support/samples.js';

const ANN = uuid(7);

function contextWith(...answers: Awaited<ReturnType<MessageStore['append']>>) {
  const appended: NewMessage[] = [];
  const context = testContext({
    ports: somePorts({
      members: { mentionable: async asked => asked.map(() => new Map([['ann', ANN]])) },
      messages: {
        append: async messages => {
          appended.push(...messages);
          return answers;
        },
      },
    }),
  });
  return { context, appended };
}

const sent = { chatId: CHAT, clientId: 'c1', senderId: uuid(1), body: 'hello' };
const whole = { ...sent, id: uuid(200), replyTo: uuid(5), sentAt: '2026-01-01T00:00:01.000Z' };

describe('persistMessage', () => {
  it('stores what was sent, and answers and tells what is stored', async () => {
    const message = aMessage({ seq: 9 });
    const { context, appended } = contextWith(message);
    const outcome = await persistMessage.handle(context, [testEvent(whole)]);
    expect(appended).to.deep.equal([whole]);
    expect(outcome).to.deep.equal({
      items: [{ reply: message }],
      publish: [{ type: 'minitelegram.message.stored.v1', data: message, id: `${message.id}.stored` }],
      emit: [{ send: 'message:new', data: message, to: [`chat:${CHAT}`], since: message.sentAt, item: 0 }],
    });
  });

  it('answers a sender’s other attempt at it with the stored row, and tells nobody again', async () => {
    const first = aMessage({ id: uuid(3), seq: 2 });
    const { context } = contextWith(first);
    const { items, publish, emit } = await persistMessage.handle(context, [testEvent(whole)]);
    expect(items).to.deep.equal([{ reply: first }]);
    expect(publish).to.deep.equal([]);
    expect(emit).to.deep.equal([]);
  });

  it('tells again when the event that the row was stored for comes again: the first time may have died half-way', async () => {
    const row = aMessage({ id: whole.id, seq: 2, body: 'as it was stored' });
    for (const event of [testEvent(whole), testEvent(sent, { id: whole.id.toUpperCase() })]) {
      const { items, publish, emit } = await persistMessage.handle(contextWith(row).context, [event]);
      expect(items).to.deep.equal([{ reply: row }]);
      expect(publish?.map(({ id }) => id)).to.deep.equal([`${row.id}.stored`]);
      expect(emit).to.deep.equal([
        { send: 'message:new', data: row, to: [`chat:${CHAT}`], since: row.sentAt, item: 0 },
      ]);
    }
  });

  it('tells rather twice than never where the event has no id that a row could have', async () => {
    const { context } = contextWith(aMessage({ id: uuid(3) }));
    const { emit } = await persistMessage.handle(context, [testEvent(sent, { id: 'order-66' })]);
    expect(emit).to.have.length(1);
  });

  it('says the same again when it is run again', async () => {
    const run = () => persistMessage.handle(contextWith(aMessage()).context, [testEvent(whole)]);
    expect(await run()).to.deep.equal(await run());
  });

  it('answers every attempt in a batch, tells each message once, and in the order of the chat', async () => {
    const [one, two, three, old] = [1, 2, 3, 4].map(seq => aMessage({ seq, id: uuid(200 + seq), clientId: `c${seq}` }));
    const { context } = contextWith(two!, old!, one!, two!, two!, three!, one!);
    const ids = [202, 300, 201, 301, 202, 203, 302].map(uuid);
    const events = ids.map(id => testEvent({ ...whole, id }));
    const { items, publish, emit } = await persistMessage.handle(context, events);
    expect(publish?.map(({ data }) => data)).to.deep.equal([one, two, three]);
    expect(items.map(({ reply }) => reply)).to.deep.equal([two, old, one, two, two, three, one]);
    expect(emit?.map(emission => 'data' in emission && emission.data)).to.deep.equal([one, two, three]);
  });

  it('tells the messages of different chats in their own rooms, also those at the same place', async () => {
    const { id } = aMessage();
    const { context } = contextWith(aMessage(), aMessage({ chatId: uuid(101) }));
    const events = [testEvent({ ...sent, id }), testEvent({ ...sent, id, chatId: uuid(101) })];
    const { emit } = await persistMessage.handle(context, events);
    expect(emit?.map(emission => 'to' in emission && emission.to)).to.deep.equal([
      [`chat:${CHAT}`],
      [`chat:${uuid(101)}`],
    ]);
  });

  it('takes the drafts away that messages were made of, and tells each sender’s devices once what is left', async () => {
    const draftAt = '2026-01-01T00:00:00.000Z';
    const asked: unknown[] = [];
    const state = { chatId: CHAT, rev: 4, pinned: true } as const;
    const run = async (...data: object[]) => {
      const { context, appended } = contextWith(...data.map((_, n) => aMessage({ id: whole.id, seq: n + 1 })));
      const of: OwnStateStore['of'] = async members => {
        asked.push(members);
        return members.map(({ userId }) => ({ userId, state: userId === uuid(2) ? { chatId: CHAT, rev: 0 } : state }));
      };
      const ports = { ...context.ports, ...somePorts({ ownState: { of } }) };
      const { emit = [] } = await persistMessage.handle(
        { ...context, ports },
        data.map(each => testEvent({ ...whole, ...each })),
      );
      return { appended, told: emit.filter(each => 'send' in each && each.send === 'me:changed') };
    };
    const { appended, told } = await run(
      { draftAt: '2026-01-01T00:00:00Z' },
      { draftAt },
      { senderId: uuid(2), draftAt },
    );
    expect(appended.map(message => message.draftAt)).to.deep.equal([draftAt, draftAt, draftAt]);
    expect(asked).to.deep.equal([[uuid(1), uuid(2)].map(userId => ({ chatId: CHAT, userId }))]);
    expect(told).to.deep.equal([{ send: 'me:changed', data: { note: 4, chats: [state] }, to: [`user:${uuid(1)}`] }]);
    expect((await run({})).told, 'nothing was a draft').to.deep.equal([]);
    expect(asked).to.have.length(1);
    expect((await run({ draftAt: '2026-99-01T00:00:00Z' })).appended[0]).not.to.have.property('draftAt');
  });

  it('finds what a text is marked up with, and whom it mentions', async () => {
    const { context, appended } = contextWith(aMessage());
    await persistMessage.handle(context, [testEvent({ ...whole, body: '@ann see #this, @nobody' })]);
    expect(appended[0]?.entities).to.deep.equal([
      { type: 'mention', offset: 0, length: 4, userId: ANN },
      { type: 'hashtag', offset: 9, length: 5 },
    ]);
  });

  it('takes what is given instead, also that there is nothing', async () => {
    const bold = [{ type: 'bold' as const, offset: 0, length: 4 }];
    const { context, appended } = contextWith(aMessage(), aMessage());
    const events = [bold, []].map(entities => testEvent({ ...whole, body: '@ann', entities }));
    await persistMessage.handle(context, events);
    expect(appended[0]?.entities).to.deep.equal(bold);
    expect(appended[1]).not.to.have.property('entities');
  });

  it('has the message stored that is to be copied', async () => {
    const copy = aMessage({ forwardedFrom: { userId: ANN, displayName: 'Ann', sentAt: whole.sentAt } });
    const { context, appended } = contextWith(copy);
    const { body: _, ...unsaid } = whole;
    const forward = { chatId: uuid(101), seq: 3 };
    const { items } = await persistMessage.handle(context, [testEvent({ ...unsaid, forward })]);
    expect(appended).to.deep.equal([{ ...unsaid, body: '', forward }]);
    expect(items).to.deep.equal([{ reply: copy }]);
  });

  for (const said of [
    { body: undefined },
    { forward: { chatId: CHAT, seq: 1 } },
    { entities: [{ type: 'bold' as const, offset: 4, length: 2 }] },
  ]) {
    it(`stores nothing for a publisher who says ${JSON.stringify(said)}`, async () => {
      const { context, appended } = contextWith();
      const { body, ...unsaid } = whole;
      const data = { ...unsaid, ...('body' in said ? {} : { body }), ...('body' in said ? {} : said) };
      const failure = await failureOf(() => persistMessage.handle(context, [testEvent(data)]));
      expect(failure.code).to.equal('invalid');
      expect(appended).to.deep.equal([]);
    });
  }

  for (const [refused, code, dead] of [
    ['no-chat', 'not_found', true],
    ['never-a-member', 'forbidden', true],
    ['no-source', 'not_found', false],
    ['no-forwards', 'forbidden', false],
    ['source-deleted', 'conflict', false],
  ] as const) {
    it(`gives up '${refused}' alone${dead ? '' : ', of which nothing is kept'}, and fails its sender with ${code}`, async () => {
      const { context } = contextWith({ refused }, aMessage());
      const events = [testEvent(sent), testEvent({ ...sent, id: aMessage().id })];
      const { items, emit } = await persistMessage.handle(context, events);
      expect(items[0]?.failure?.code).to.equal(code);
      expect(items[0]?.verdict).to.deep.equal(dead ? { dead: items[0]?.failure?.message } : undefined);
      expect(items[0]).not.to.have.property('reply');
      expect(items[1]).to.deep.equal({ reply: aMessage() });
      expect(emit).to.have.length(1);
    });
  }

  it('completes what a foreign publisher leaves out from the envelope', async () => {
    const { context, appended } = contextWith(aMessage());
    const id = '0B7C2F8E-1111-4222-8333-ABCDEFABCDEF';
    await persistMessage.handle(context, [testEvent(sent, { id, time: '2026-01-01T02:00:00+02:00' })]);
    expect(appended).to.deep.equal([
      { ...sent, id: id.toLowerCase(), replyTo: null, sentAt: '2026-01-01T00:00:00.000Z' },
    ]);
  });

  it('completes from the context what the envelope does not tell', async () => {
    const { context, appended } = contextWith(aMessage());
    await persistMessage.handle(context, [testEvent(sent, { id: 'order-66', time: 'yesterday' })]);
    expect(appended).to.deep.equal([{ ...sent, id: uuid(1001), replyTo: null, sentAt: new Date(NOW).toISOString() }]);
  });

  it('ignores members that it does not know, and does not store them', async () => {
    const { context, appended } = contextWith(aMessage());
    const data = { ...whole, mood: 'fine' };
    expect(Check(persistMessage.input, data)).to.equal(true);
    await persistMessage.handle(context, [testEvent(data)]);
    expect(appended).to.deep.equal([whole]);
  });

  it('fails as a whole while the store is away', async () => {
    const append = () => Promise.reject(new Failure('unavailable', 'the database is away'));
    const context = testContext({ ports: somePorts({ messages: { append } }) });
    const failure = await failureOf(() => persistMessage.handle(context, [testEvent(sent)]));
    expect(failure.code).to.equal('unavailable');
  });
});
