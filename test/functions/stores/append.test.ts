/** What becomes of messages to be stored, of what a database says of them: values in, values out. */
import { expect } from 'chai';
import type { NewMessage } from '#functions/ports/messages.js';
import { appendTo } from '#functions/stores/append.js';
import { Failure } from '#runtime/contract/failure.js';
import { answering, saying, thrownBy } from './database.js';

const NOON = '2026-01-01T12:00:00.000Z';
const message = (more: Partial<NewMessage> = {}): NewMessage => ({
  ...{ id: 'm', chatId: 'c', clientId: 'k', senderId: 'ann', body: 'hi', replyTo: null, sentAt: NOON },
  ...more,
});
const STORED = { chatId: 'c', id: 'm', clientId: 'k', senderId: 'ann', body: 'hi', replyTo: null, sentAt: NOON };
const OUTRUN = { new_seq: null, stored: null, chat_exists: true, member_exists: true };

/** A source that may be copied, as the database finds it. */
const SOURCE = {
  ...{ chat_id: 'd', seq: 7, id: 's', client_id: 'x', sender_id: 'ben', body: 'said', reply_to: null, sent_at: NOON },
  ...{ rev: 0, edited_at: null, deleted_at: null, deleted_by: null, pinned_at: null },
  ...{ reactions: null, entities: null, forward: null },
  ...{ stored: null, inside: true, hidden: null, no_forwards: false, display_name: 'Ben' },
};
const forward = { chatId: 'd', seq: 7 };
const BEN = { userId: 'ben', displayName: 'Ben', sentAt: NOON };

describe('messages that are stored', () => {
  it('are to be sent again where somebody else stored them just now, and pass on whatever else is wrong', async () => {
    const conflict = new Failure('conflict', 'a row is there');
    const away = new Failure('unavailable', 'away');
    const defect = new Error('a defect');
    const append = (thrown: Error) => thrownBy(() => appendTo(saying(() => Promise.reject(thrown)))([message()]));
    const again = await append(conflict);
    expect(again).to.be.instanceOf(Failure).and.include({ code: 'unavailable', retryAfterMs: 0, cause: conflict });
    expect(await append(away)).to.equal(away);
    expect(await append(defect)).to.equal(defect);
  });

  it('are no refusal but a defect where they are neither stored nor there, of a member', async () => {
    const row = { new_seq: null, stored: null };
    const append = (more: object) => thrownBy(() => appendTo(saying(async () => [{ ...row, ...more }]))([message()]));
    expect(await append({ chat_exists: true, member_exists: true })).to.be.instanceOf(Error);
    expect(await append({ chat_exists: true, member_exists: null })).to.deep.equal([{ refused: 'never-a-member' }]);
    expect(await append({ chat_exists: null, member_exists: null })).to.deep.equal([{ refused: 'no-chat' }]);
  });

  it('are, where they are a text and nothing else, by the statement that costs nothing for what others are', async () => {
    const row = { new_seq: 1, stored: null };
    const { sql, asked } = answering({ 'messages-append': [row], 'messages-append-more': [row] });
    const append = appendTo(sql);
    const stored = { ...STORED, seq: 1, rev: 0, reactions: [] };
    const entities = [{ type: 'bold' as const, offset: 0, length: 1 }];
    for (const [more, told] of [
      [{}, {}],
      [{ draftAt: NOON }, {}],
      [{ entities: [] }, {}],
      [{ entities }, { entities }],
      [{ forwardedFrom: BEN }, { forwardedFrom: BEN }],
    ]) {
      expect(await append([message(more)])).to.deep.equal([{ ...stored, ...told }]);
    }
    expect(asked).to.deep.equal(['messages-append', ...Array.from({ length: 4 }, () => 'messages-append-more')]);
  });

  it('are tried again under the locks of their chats where another writer was faster', async () => {
    const asked: (readonly [string, unknown])[] = [];
    const sql = saying(async (name, values) => {
      asked.push([name, values[0]]);
      const again = asked.some(([each]) => each === 'forward-lock');
      return (values[0] as string[]).map((_, at) => (again || at === 1 ? { new_seq: 5 + at, stored: null } : OUTRUN));
    });
    const three = ['a', 'b', 'c'].map(chatId => message({ chatId }));
    const stored = await appendTo(sql)(three);
    expect(stored.map(each => 'seq' in each && [each.chatId, each.seq])).to.deep.equal([
      ...[
        ['a', 5],
        ['b', 6],
        ['c', 6],
      ],
    ]);
    expect(asked).to.deep.equal([
      ['messages-append', ['a', 'b', 'c']],
      ['forward-lock', ['a', 'c']],
      ['messages-append', ['a', 'c']],
    ]);
  });
});

describe('copies that are stored', () => {
  /** What becomes of them where their sources are these, and the statements that it took. */
  async function append(messages: readonly NewMessage[], sources: readonly object[], appended?: unknown[][]) {
    const asked: string[] = [];
    const rest = [...(appended ?? [])];
    const sql = saying(async (name, values) => {
      asked.push(name);
      if (name === 'forward-sources') return [...sources];
      if (name === 'forward-lock') return [];
      return rest.shift() ?? (values[0] as unknown[]).map((_, at) => ({ new_seq: at + 1, stored: null }));
    });
    return { stored: await appendTo(sql)(messages), asked };
  }
  const copy = (clientId: string) => message({ clientId, forward });
  const told = (more: object) => ({ ...STORED, rev: 0, reactions: [], ...more });

  it('say what their source says, and who said it first; what is beside them is stored in its place', async () => {
    const entities = [{ type: 'bold', offset: 0, length: 4 }];
    const first = { userId: 'cat', displayName: 'Cat', sentAt: NOON };
    const sources = [SOURCE, { ...SOURCE, entities, forward: first }];
    const { stored } = await append([copy('1'), message({ clientId: '2' }), copy('3')], sources);
    expect(stored).to.deep.equal([
      told({ seq: 1, clientId: '1', body: 'said', forwardedFrom: BEN }),
      told({ seq: 2, clientId: '2' }),
      told({ seq: 3, clientId: '3', body: 'said', entities, forwardedFrom: first }),
    ]);
  });

  it('are refused alone: what may not be seen is not there, whatever else is true of it', async () => {
    const sources = [
      { ...SOURCE, inside: null },
      { ...SOURCE, hidden: true },
      { ...SOURCE, seq: null },
      { ...SOURCE, inside: null, no_forwards: true },
      { ...SOURCE, no_forwards: true },
      { ...SOURCE, rev: 1, deleted_at: NOON },
      { ...SOURCE, hidden: false },
    ];
    const { stored } = await append(
      sources.map((_, at) => copy(`${at}`)),
      sources,
    );
    expect(stored.map(each => ('refused' in each ? each.refused : each.seq))).to.deep.equal([
      ...['no-source', 'no-source', 'no-source', 'no-source', 'no-forwards', 'source-deleted', 1],
    ]);
    const { asked } = await append([copy('1')], [{ ...SOURCE, inside: null }]);
    expect(asked, 'of which nothing is left to store').to.deep.equal(['forward-lock', 'forward-sources']);
  });

  it('are what was stored under their name before, whatever has become of the source', async () => {
    const before = { ...SOURCE, client_id: '1', body: 'copied before' };
    const { stored } = await append(
      [copy('1')],
      [{ ...SOURCE, stored: true, inside: null }],
      [[{ new_seq: null, stored: before }]],
    );
    expect(stored).to.have.length(1);
    expect(stored[0]).to.include({ body: 'copied before', seq: 7 });
  });

  it('are tried again where another writer was faster, within the transaction that holds their locks', async () => {
    const { stored, asked } = await append([copy('1')], [SOURCE], [[OUTRUN], [{ new_seq: 9, stored: null }]]);
    expect(stored[0]).to.include({ seq: 9, body: 'said' });
    expect(asked).to.deep.equal([
      ...['forward-lock', 'forward-sources', 'messages-append-more', 'forward-lock', 'messages-append-more'],
    ]);
  });
});
