/** What is written of changes that took effect: what goes is taken away chat by chat, and the rest is one statement's columns. */
import { expect } from 'chai';
import type { Writes } from '#functions/domain/ledger.js';
import { writeChanges } from '#functions/stores/write-changes.js';
import { saying } from './database.js';

const AT = '2026-01-01T12:00:00.000Z';
const NOTHING: Writes = {
  ...{ chats: [], messages: [], versions: [], superseded: [], reactions: [] },
  ...{ said: [], mentions: [], pins: [], deleted: [], renamed: [], named: [], released: [] },
};
const place = (chatId: string, seq: number) => ({ chatId, seq });

async function written(writes: Partial<Writes>) {
  const asked: { readonly name: string; readonly values: readonly unknown[] }[] = [];
  const sql = saying(async (name, values) => {
    asked.push({ name, values });
    return [];
  });
  await writeChanges(sql, { ...NOTHING, ...writes });
  return {
    taken: asked.flatMap(({ name, values }) => (name === 'changes-take-away' ? [values] : [])),
    columns: asked.find(({ name }) => name === 'changes-write')?.values ?? [],
    last: asked.at(-1)?.name,
  };
}

describe('what is written of changes', () => {
  it('is one statement where nothing goes, with the columns in its order', async () => {
    const message = {
      ...{ ...place('c', 1), id: 'm', clientId: 'k', senderId: 'ann', body: 'ho', replyTo: null, sentAt: AT },
      ...{ rev: 5, editedAt: AT, pinnedAt: AT, newBody: 'ho' },
    };
    const bold = [{ type: 'bold' as const, offset: 0, length: 2 }];
    const photo = { id: 'p', kind: 'photo' as const, type: 'image/png', size: 9 };
    const preview = { url: 'https://a.org', title: 'A' };
    const liked = [{ emoji: '👍', count: 1 }];
    const { taken, columns } = await written({
      chats: [{ chatId: 'c', lastChange: 6 }],
      messages: [
        { ...message, reactions: liked, entities: bold, media: [photo], preview },
        { ...message, seq: 2, rev: 6, reactions: [], entities: [], newBody: null },
      ],
      versions: [{ ...place('c', 1), version: 1, editorId: 'ann', clientId: 'e', body: null, at: AT }],
      reactions: [{ ...place('c', 1), userId: 'ben', emoji: '👍', at: AT }],
      pins: [{ ...place('c', 1), by: 'ann', at: AT }],
      mentions: [{ ...place('c', 1), userId: 'ben', senderId: 'ann' }],
      named: [{ ...place('c', 1), n: 0, mediaId: 'p' }],
    });
    expect(taken).to.deep.equal([]);
    expect(columns).to.deep.equal([
      ...[['c'], [6]],
      ...[
        ['c', 'c'],
        [1, 2],
        [5, 6],
        ['ho', null],
        [AT, AT],
        [null, null],
        [null, null],
        [AT, AT],
      ],
      ...[
        [JSON.stringify(liked), null],
        [JSON.stringify(bold), null],
        [JSON.stringify([photo]), null],
        [JSON.stringify(preview), null],
      ],
      ...[['c'], [1], [1], ['ann'], ['e'], [null], [AT]],
      ...[['c'], [1], ['ben'], ['👍'], [AT]],
      ...[['c'], [1], ['ann'], [AT]],
      ...[['c'], [1], ['ben'], ['ann']],
      ...[['c'], [1], [0], ['p']],
    ]);
  });

  it('takes away what goes of each chat by itself, and nothing that comes', async () => {
    const { taken, last } = await written({
      superseded: [place('c', 1), place('d', 1)],
      deleted: [place('c', 2)],
      pins: [
        { ...place('c', 3), by: 'ann', at: null },
        { ...place('c', 4), by: 'ann', at: AT },
      ],
      reactions: [
        { ...place('c', 5), userId: 'ann', emoji: '👍', at: null },
        { ...place('c', 5), userId: 'ben', emoji: '👍', at: AT },
        { ...place('d', 6), userId: 'cat', emoji: '🎉', at: null },
      ],
      said: [place('c', 7)],
      renamed: [place('c', 9)],
      released: ['p'],
      mentions: [
        { ...place('c', 7), userId: 'ben', senderId: 'ann' },
        { ...place('d', 8), userId: 'cat', senderId: 'ann' },
      ],
    });
    expect(taken).to.deep.equal([
      ['c', [1], [2], [3], [5], ['ann'], ['👍'], [7], [7], ['ben'], [9]],
      ['d', [1], [], [], [6], ['cat'], ['🎉'], [], [8], ['cat'], []],
    ]);
    expect(last, 'when nothing of the rest is written').to.equal('media-release');
  });

  it('takes away of every kind, though it is the only one of its chat', async () => {
    const only = async (writes: Partial<Writes>) => (await written(writes)).taken.map(([chatId]) => chatId);
    const there = [place('c', 1)];
    expect(await only({ superseded: there })).to.deep.equal(['c']);
    expect(await only({ deleted: there })).to.deep.equal(['c']);
    expect(await only({ said: there })).to.deep.equal(['c']);
    expect(await only({ renamed: there })).to.deep.equal(['c']);
    expect(await only({ pins: [{ ...place('c', 1), by: 'ann', at: null }] })).to.deep.equal(['c']);
    const reaction = { ...place('c', 1), userId: 'ann', emoji: '👍', at: null };
    expect(await only({ reactions: [reaction] })).to.deep.equal(['c']);
    expect(await only({ mentions: [{ ...place('c', 1), userId: 'ben', senderId: 'ann' }] })).to.deep.equal([]);
  });
});
