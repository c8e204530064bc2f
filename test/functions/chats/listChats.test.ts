import { expect } from 'chai';
import { Check } from 'typebox/value';
import { listChats } from '#functions/chats/listChats.js';
import type { ChatStore } from '#functions/ports/chats.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat } from '../../support/samples.js';

/** Chats 3, 2, 1, one a day, as the store would page them. */
const ROWS = [3, 2, 1].map(day => ({
  chat: aChat({ id: uuid(day) }),
  activeAt: `2026-01-0${day}T00:00:00.000Z`,
}));

const context = testContext({
  caller: {},
  ports: somePorts({
    chats: {
      list: async (viewerId, { limit, after }) => {
        expect(viewerId).to.equal(uuid(1));
        return ROWS.filter(row => !after || row.activeAt < after.activeAt).slice(0, limit);
      },
    },
  }),
});

const ids = (reply: unknown) => (reply as { chats: { id: string }[] }).chats.map(({ id }) => id);

describe('listChats', () => {
  it('walks all chats, page by page, newest activity first', async () => {
    const first = await listChats.handle(context, testEvent({ limit: 2 }));
    expect(ids(first.reply)).to.deep.equal([uuid(3), uuid(2)]);
    const cursor = (first.reply as { nextCursor: string }).nextCursor;

    const second = await listChats.handle(context, testEvent({ limit: 2, cursor }));
    expect(second.reply).to.deep.equal({ chats: [aChat({ id: uuid(1) })] });
  });

  it('gives fewer where they come to more than there is room for, and goes on from there', async () => {
    const long = ROWS.map(row => ({ ...row, chat: { ...row.chat, title: 'x'.repeat(400_000) } }));
    const list: ChatStore['list'] = async (_, { after }) => long.filter(row => !after || row.activeAt < after.activeAt);
    const large = testContext({ caller: {}, ports: somePorts({ chats: { list } }) });
    const first = await listChats.handle(large, testEvent({}));
    expect(ids(first.reply)).to.deep.equal([uuid(3), uuid(2)]);
    const { nextCursor: cursor } = first.reply as { nextCursor: string };
    const second = await listChats.handle(large, testEvent({ cursor }));
    expect(ids(second.reply)).to.deep.equal([uuid(1)]);
    expect(second.reply).not.to.have.property('nextCursor');
  });

  it('gives no cursor when the last page is exactly full', async () => {
    const { reply } = await listChats.handle(context, testEvent({ limit: 3 }));
    expect(ids(reply)).to.have.length(3);
    expect(reply).not.to.have.property('nextCursor');
  });

  for (const cursor of [
    '',
    'nonsense',
    `2026-99-01T00:00:00.000Z_${uuid(1)}`,
    '2026-01-01T00:00:00.000Z_1; drop table chats',
    `${uuid(1)}_2026-01-01T00:00:00.000Z`,
  ]) {
    it(`refuses '${cursor}' as a cursor`, async () => {
      const failure = await failureOf(() => listChats.handle(context, testEvent({ cursor })));
      expect(failure.code).to.equal('invalid');
      expect(failure.errors?.[0]?.path).to.equal('/cursor');
    });
  }

  it('takes limits from 1 to 200', () => {
    expect([0, 1, 200, 201].map(limit => Check(listChats.input, { limit }))).to.deep.equal([false, true, true, false]);
  });
});
