/** The message that a row is: values in, values out. */
import { expect } from 'chai';
import { type MaybeRow, type MessageRow, messageOf, messagesOf } from '#functions/stores/rows.js';

const NOON = '2026-01-01T12:00:00.000Z';
const LATER = '2026-01-01T13:00:00.000Z';

const ROW: MessageRow = {
  ...{ chat_id: 'c', seq: 1, id: 'm', client_id: 'k', sender_id: 'ann', body: 'hi', reply_to: null, sent_at: NOON },
  ...{ rev: 0, edited_at: null, deleted_at: null, deleted_by: null, pinned_at: null },
  ...{ reactions: null, entities: null, forward: null, media: null, preview: null },
};
const MESSAGE = {
  ...{ chatId: 'c', seq: 1, id: 'm', clientId: 'k', senderId: 'ann', body: 'hi', replyTo: null, sentAt: NOON },
  ...{ rev: 0, reactions: [] },
};

describe('the message of a row', () => {
  it('is the same whether times come as dates, out of columns, or as text, out of JSON', () => {
    expect(messageOf(ROW)).to.deep.equal(MESSAGE);
    expect(messageOf({ ...ROW, sent_at: new Date(NOON) })).to.deep.equal(MESSAGE);
    expect(messageOf({ ...ROW, sent_at: '2026-01-01 13:00:00+01' })).to.deep.equal(MESSAGE);
  });

  it('has what was made of it, and no member for what was not', () => {
    const forward = { userId: 'ben', displayName: 'Ben', sentAt: NOON };
    const entities = [{ type: 'bold' as const, offset: 0, length: 2 }];
    expect(messageOf({ ...ROW, entities, forward })).to.deep.equal({ ...MESSAGE, entities, forwardedFrom: forward });
    const changes: readonly (readonly [Partial<MessageRow>, object])[] = [
      [{ edited_at: LATER }, { editedAt: LATER }],
      [
        { deleted_at: LATER, deleted_by: 'ben' },
        { deletedAt: LATER, deletedBy: 'ben' },
      ],
      [{ pinned_at: new Date(LATER) }, { pinnedAt: LATER }],
      [{ reactions: [{ emoji: '👍', count: 2 }] }, { reactions: [{ emoji: '👍', count: 2 }] }],
    ];
    for (const [row, told] of changes) {
      expect(messageOf({ ...ROW, rev: 3, ...row })).to.deep.equal({ ...MESSAGE, rev: 3, ...told });
    }
  });

  it('is none where an outer join found none', () => {
    const none = Object.fromEntries(Object.keys(ROW).map(column => [column, null])) as MaybeRow;
    expect(messagesOf([none, ROW, none])).to.deep.equal([MESSAGE]);
  });
});
