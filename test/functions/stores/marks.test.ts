/** What messages are beside their text, as the statement that stores them takes it. */
import { expect } from 'chai';
import type { Attached } from '#functions/stores/attach.js';
import { marksOf } from '#functions/stores/marks.js';
import { draftsOf } from '#functions/stores/sent-drafts.js';

const AT = '2026-01-01T12:00:00.000Z';
const LATER = '2026-01-01T13:00:00.000Z';
const message = (more: Partial<Attached> = {}): Attached => ({
  ...{ id: 'm', chatId: 'c', clientId: 'k', senderId: 'ann', body: 'hi', replyTo: null, sentAt: AT },
  ...more,
});
const mention = (userId: string) => ({ type: 'mention' as const, offset: 0, length: 2, userId });

describe('what messages are beside their text', () => {
  it('is told by place: entities, sources and media where there are some, and whom each mentions but for copies', () => {
    const entities = [mention('ben'), mention('cat')];
    const forwardedFrom = { userId: 'ben', displayName: 'Ben', sentAt: AT };
    const attached = ['p', 'q'].map(id => ({ id, kind: 'photo' as const, type: 'image/png', size: 9 }));
    const messages = [
      message(),
      message({ entities, attached }),
      message({ entities: [] }),
      message({ entities: [mention('ben')], forwardedFrom }),
      message({ entities: [mention('dan')] }),
    ];
    expect(marksOf(messages)).to.deep.equal([
      [null, JSON.stringify(entities), null, JSON.stringify([mention('ben')]), JSON.stringify([mention('dan')])],
      [null, null, null, JSON.stringify(forwardedFrom), null],
      [null, JSON.stringify(attached), null, null, null],
      [2, 2, 5],
      ['ben', 'cat', 'dan'],
      ...[
        [2, 2],
        [0, 1],
        ['p', 'q'],
      ],
    ]);
  });

  it('has the drafts that some were made of, by their places', () => {
    expect(draftsOf([message(), message({ draftAt: AT }), message(), message({ draftAt: LATER })])).to.deep.equal([
      [2, 4],
      [AT, LATER],
    ]);
    expect(draftsOf([message()])).to.deep.equal([[], []]);
  });
});
