/** What of which chats clients have missed: who shares a statement with whom, and what becomes of its rows. */
import { expect } from 'chai';
import { LIMITS } from '#functions/domain/names.js';
import { changedAfter } from '#functions/stores/sync-changed.js';
import { readSeqsOf, type SyncRow, stillIn, syncedChats } from '#functions/stores/sync-chats.js';
import { saying } from './database.js';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const chat = (more: Partial<SyncRow> = {}): SyncRow => ({
  ...{ n: 1, chatId: idOf(1), after: 10, missing: 0, room: 5, outdated: 3, hidden: null, hiddenTo: null },
  ...{ firstSeq: 1, lastSeq: 10, lastChange: 9, since: 4, memberCount: 2, readSeq: 10 },
  ...{ reset: false, listed: true, behind: true },
  ...more,
});

/** What each statement was asked, and answers to it. */
function watched(answer: (values: readonly unknown[][]) => unknown[]) {
  const asked: (readonly unknown[][])[] = [];
  const sql = saying(async (_name, values) => {
    asked.push(values as unknown[][]);
    return answer(values as unknown[][]);
  });
  /** How much each statement asked for, by one of its columns. */
  const sizes = (column = 0) => asked.map(values => values[column]?.length);
  return { sql, asked, sizes };
}

describe('the chats of who syncs', () => {
  const rowsOf = (users: number) => range(users).map(at => ({ n: at + 1, chatId: idOf(at) }));

  it('are asked for with those of others, told apart by who asked, and never by a name that is no id', async () => {
    const { sql, asked } = watched(() => [...rowsOf(2), { n: 1, chatId: idOf(7) }]);
    const ask = syncedChats(sql);
    const held = { [idOf(1)]: 5, 'not an id': 6, [idOf(2)]: { seq: 7, change: 8 }, [idOf(3)]: { seq: 9 } };
    const [ann, ben] = await Promise.all([
      ask({ userId: 'ann', cursors: held, limit: 50 }),
      ask({ userId: 'ben', cursors: { [idOf(1)]: 1 }, limit: 60 }),
    ]);
    expect(asked).to.deep.equal([
      [
        ...[['ann', 'ben'], [50, 60], [1, 1, 1, 2], [1, 2, 3, 1].map(idOf), [5, 7, 9, 1], [null, 8, null, null]],
        ...[LIMITS.syncMessages, LIMITS.syncChats],
      ],
    ]);
    expect(ann).to.deep.equal([
      { n: 1, chatId: idOf(0) },
      { n: 1, chatId: idOf(7) },
    ]);
    expect(ben).to.deep.equal([{ n: 2, chatId: idOf(1) }]);
  });

  it('are asked for by 50 in one statement, and by fewer who hold much', async () => {
    const { sql, sizes } = watched(values => rowsOf(values[0]?.length as number));
    const ask = syncedChats(sql);
    await Promise.all(range(60).map(n => ask({ userId: `${n}`, cursors: {}, limit: 1 })));
    expect(sizes()).to.deep.equal([50, 10]);
    const cursors = Object.fromEntries(range(2_500).map(n => [idOf(n), n]));
    await Promise.all(range(5).map(n => ask({ userId: `${n}`, cursors, limit: 1 })));
    expect(sizes().slice(2)).to.deep.equal([2, 2, 1]);
  });

  it('tell how far members have read, never further than the chat goes, in statements of so many members', async () => {
    const { sql, sizes } = watched(values =>
      (values[0] ?? []).map(id => ({ readSeqs: id === idOf(1) ? { ann: 9, ben: 3 } : null })),
    );
    const ask = readSeqsOf(sql);
    const alike = [chat({ lastSeq: 5 }), chat({ lastSeq: 9 }), chat({ chatId: idOf(2) })];
    expect(await Promise.all(alike.map(ask))).to.deep.equal([{ ann: 5, ben: 3 }, { ann: 9, ben: 3 }, {}]);
    expect(sizes(), 'a chat that two ask about is asked about once').to.deep.equal([2]);
    const large = range(3).map(n => chat({ chatId: idOf(n), memberCount: LIMITS.syncReadSeqs / 2 }));
    await Promise.all(large.map(ask));
    expect(sizes().slice(1)).to.deep.equal([2, 1]);
  });

  it('are those that the user is still in, by a thousand in one statement', async () => {
    const { sql, sizes } = watched(() => [{ n: 1 }, { n: 3 }]);
    const ask = stillIn(sql);
    const members = range(3).map(n => ({ chatId: idOf(n), userId: 'ann' }));
    expect(await Promise.all(members.map(ask))).to.deep.equal([true, false, true]);
    await Promise.all(range(1_200).map(n => ask({ chatId: idOf(n), userId: 'ann' })));
    expect(sizes().slice(1)).to.deep.equal([1_000, 200]);
  });
});

describe('what has changed of the chats of who syncs', () => {
  it('is nothing where nothing can be told: up to the last change where nothing is missing, and else where it was', async () => {
    const { sql, asked } = watched(() => []);
    const ask = changedAfter(sql);
    const none = { outdated: 0, missing: 0 };
    for (const [more, until] of [
      [{ since: 9, ...none }, 9],
      [{ since: 9 }, 9],
      [{ room: 0, ...none }, 9],
      [{ room: 0, outdated: 0, missing: 1 }, 4],
      [{ room: 0, outdated: 1, missing: 0 }, 4],
      [{ room: 0, outdated: 2, missing: 2 }, 4],
    ] as const) {
      expect(await ask('ann', chat(more))).to.deep.equal({ rows: [], until });
    }
    expect(asked).to.deep.equal([]);
  });

  it('is looked for among so many as there is room for and one more, and among more where some is hidden', async () => {
    const { sql, asked } = watched(() => [
      { rows: [[3, 7, 100]], until: 9 },
      { rows: null, until: 8 },
    ]);
    const ask = changedAfter(sql);
    const chats = [chat(), chat({ chatId: idOf(2), hiddenTo: 6 })];
    expect(await Promise.all(chats.map(each => ask('ann', each)))).to.deep.equal([
      { rows: [{ seq: 3, rev: 7, octets: 100 }], until: 9 },
      { rows: [], until: 8 },
    ]);
    expect(asked).to.deep.equal([
      [
        [idOf(1), idOf(2)],
        ['ann', 'ann'],
        [null, 6],
        [4, 4],
        [9, 9],
        [5, 5],
        [6, 2_000],
      ],
    ]);
  });

  it('is asked for in statements of so many messages', async () => {
    const { sql, sizes } = watched(values => (values[0] ?? []).map(() => ({ rows: null, until: 9 })));
    const ask = changedAfter(sql);
    await Promise.all(range(5).map(n => ask('ann', chat({ chatId: idOf(n), room: 5_000 }))));
    expect(sizes()).to.deep.equal([2, 2, 1]);
  });
});
