/** The messages of an answer of `sync`: how much of what is asked for is read, together with whom, and in which turn. */
import { expect } from 'chai';
import type { Message } from '#functions/domain/model.js';
import { type Changes, messagesOf, type Range } from '#functions/stores/sync-messages.js';
import { type HistoryOptions, historyOf } from './history.js';

const range = (after: number, upto: number, chatId = 'c'): Range => ({ chatId, after, upto });
const changes = (revs: readonly number[], more: Partial<Changes> = {}): Changes => ({
  ...{ chatId: 'c', userId: 'ann', held: 90, hiddenTo: null, since: 4 },
  rows: revs.map(rev => ({ seq: 100 - rev, rev, octets: 1_000 })),
  ...more,
});

function history(options?: HistoryOptions) {
  const { sql, ...rest } = historyOf(options);
  return { ask: messagesOf(sql), ...rest };
}

const seqs = (messages: readonly Message[]): number[] => messages.map(({ seq }) => seq);
const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);

describe('the messages of who syncs', () => {
  it('are read at once where they fit whatever is in them, and sized before that where they may not', async () => {
    const few = history();
    const parts = [range(0, 10), range(0, 5, 'd'), changes([5, 6, 7])];
    const found = await few.ask('ann', parts);
    expect(few.names()).to.deep.equal(['sync-messages', 'sync-retold']);
    expect(found.map(({ messages }) => seqs(messages))).to.deep.equal([from(1, 10), from(1, 5), [95, 94, 93]]);
    expect(found.map(({ whole }) => whole)).to.deep.equal([true, true, true]);

    const many = history();
    const sized = await many.ask('ann', [...parts, range(10, 11)]);
    expect(many.names()).to.deep.equal(['sync-lengths', 'sync-messages', 'sync-retold']);
    expect(many.of('sync-lengths')).to.deep.equal([
      [
        ['c', 'd', 'c'],
        [0, 0, 10],
        [10, 5, 11],
      ],
    ]);
    expect(sized.map(({ whole }) => whole)).to.deep.equal([true, true, true, true]);
    expect(sized.map(({ messages }) => messages.length)).to.deep.equal([10, 5, 3, 1]);
  });

  it('are nobody asked for where none are, and none are of what was not asked for', async () => {
    const none = history();
    expect(await none.ask('ann', [])).to.deep.equal([]);
    expect(none.names()).to.deep.equal([]);
    await none.ask('ann', [range(0, 1)]);
    await none.ask('ann', [changes([5])]);
    expect(none.names()).to.deep.equal(['sync-messages', 'sync-retold']);
  });

  it('are those that there is room for by their sizes, and what else is asked for is left out, unread', async () => {
    // 50,430 bytes each: there is room for twenty.
    const { ask, of } = history({ octets: 50_000 });
    const found = await ask('ann', [range(0, 12), range(20, 40), range(0, 5, 'd'), changes([5, 6])]);
    expect(found.map(({ messages }) => seqs(messages))).to.deep.equal([from(1, 12), from(21, 8), [], []]);
    expect(found.map(({ whole }) => whole)).to.deep.equal([true, false, false, false]);
    expect(of('sync-messages')).to.deep.equal([
      [
        [0, 1],
        ['c', 'c'],
        [0, 20],
        [12, 28],
      ],
    ]);
    expect(of('sync-retold')).to.deep.equal([]);
  });

  it('are fewer where they come to more than they were taken for', async () => {
    // 1,000 bytes in the database, and 60,000 as JSON.
    const { ask } = history({ body: '\u0001'.repeat(10_000) });
    const [first, second] = await ask('ann', [range(0, 15), range(20, 35)]);
    expect([first, second].map(part => part?.messages.length)).to.deep.equal([15, 2]);
    expect([first, second].map(part => part?.whole)).to.deep.equal([true, false]);
  });

  it('are of what has changed the first ones, up to the last one that there is room for', async () => {
    const { ask, of } = history();
    const rows = from(5, 30).map(rev => ({ seq: 100 - rev, rev, octets: 100_000 }));
    const [found] = await ask('ann', [changes([], { rows })]);
    expect(found?.messages.map(({ rev }) => rev)).to.deep.equal(from(5, 10));
    expect(found?.whole).to.equal(false);
    expect(of('sync-retold')).to.deep.equal([[[0], ['c'], ['ann'], [90], [null], [4], [14], [10]]]);
  });

  it('are read once for all who ask for the same at once, but for each by themselves of what one of them hides', async () => {
    const { ask, of } = history();
    const hides = (userId: string): Changes => changes([5], { userId, hiddenTo: 3 });
    const found = await Promise.all([
      ...['ann', 'ben'].map(userId => ask(userId, [range(0, 3), range(0, 4), changes([5, 6], { userId })])),
      ...['ann', 'ben'].map(userId => ask(userId, [range(1, 3), hides(userId)])),
    ]);
    expect(found.map(parts => parts.map(({ messages }) => messages.length))).to.deep.equal([
      ...[
        [3, 4, 2],
        [3, 4, 2],
        [2, 1],
        [2, 1],
      ],
    ]);
    expect(of('sync-messages').map(([, , after, upto]) => [after, upto])).to.deep.equal([
      [
        [0, 0, 1],
        [3, 4, 3],
      ],
    ]);
    expect(of('sync-retold').map(values => values.slice(2))).to.deep.equal([
      [
        ['ann', 'ann', 'ben'],
        [90, 90, 90],
        [null, 3, 3],
        [4, 4, 4],
        [6, 5, 5],
        [2, 1, 1],
      ],
    ]);
  });

  it('are not taken for those of another cursor, nor for fewer or more of them', async () => {
    const { ask, of } = history();
    const differing = [
      changes([5, 6]),
      changes([5, 6, 7]),
      changes([5, 7]),
      changes([5, 6], { since: 3 }),
      changes([5, 6], { held: 80 }),
      changes([5, 6], { chatId: 'd' }),
    ];
    await Promise.all(differing.map(part => ask('ann', [part])));
    expect(of('sync-retold').map(([n]) => n)).to.deep.equal([from(0, 6)]);
    await Promise.all([range(0, 3), range(0, 4), range(1, 4), range(0, 3, 'd')].map(part => ask('ann', [part])));
    expect(of('sync-messages').map(([n]) => n)).to.deep.equal([from(0, 4)]);
  });

  it('are read in statements of a thousand where each asker misses few', async () => {
    const { ask, of } = history();
    await Promise.all(from(0, 70).map(n => ask(`${n}`, [range(n, n + 15)])));
    expect(of('sync-messages').map(([n]) => n?.length)).to.deep.equal([66, 4]);
  });

  it('are read in statements of one answer’s bytes where askers miss much, and their lengths in longer ones', async () => {
    const { ask, of } = history({ octets: 20_000 });
    await Promise.all(from(0, 3).map(n => ask(`${n}`, [range(0, 30, `${n}`)])));
    expect(of('sync-messages').map(([n]) => n?.length)).to.deep.equal([1, 1, 1]);
    await Promise.all(from(0, 3).map(n => ask(`${n}`, [range(0, 20, `${n}`)])));
    expect(
      of('sync-messages')
        .map(([n]) => n?.length)
        .slice(3),
    ).to.deep.equal([2, 1]);
    const lengths = of('sync-lengths').length;
    await Promise.all(from(0, 3).map(n => ask(`${n}`, [range(0, 4_000, `${n}`)])));
    expect(
      of('sync-lengths')
        .slice(lengths)
        .map(([chat]) => chat?.length),
    ).to.deep.equal([2, 1]);
  });

  it('wait for what the same user asked for before, where that is much, and for nobody else', async () => {
    const { ask, of } = history();
    const much = (userId: string, chatId: string) => ask(userId, [range(0, 30, chatId)]);
    const ended: string[] = [];
    const first = much('ann', 'a').then(() => ended.push('first'));
    const second = much('ann', 'b').then(() => ended.push('second'));
    await Promise.all([first, second, much('ben', 'c')]);
    expect(of('sync-messages').map(([, chats]) => chats)).to.deep.equal([['a', 'c'], ['b']]);
    expect(ended).to.deep.equal(['first', 'second']);
  });

  it('have the asker’s own reactions, each part its own', async () => {
    const { ask, of } = history({ reacted: [2, 95] });
    const found = await ask('ann', [range(0, 2), changes([5, 6]), range(2, 3)]);
    expect(of('messages-mine')).to.deep.equal([['ann', ['c', 'c'], [2, 95]]]);
    expect(found.map(({ messages }) => messages.map(({ seq, mine }) => [seq, mine]))).to.deep.equal([
      [
        [1, undefined],
        [2, ['👍']],
      ],
      [
        [95, ['👍']],
        [94, undefined],
      ],
      [[3, undefined]],
    ]);
  });
});
