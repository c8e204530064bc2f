/** What the store of changes asks, writes and answers, of what a database says: values in, values out. */
import { expect } from 'chai';
import { ANSWER_BYTES } from '#functions/domain/bytes.js';
import type { Change } from '#functions/domain/change.js';
import { changeStore } from '#functions/stores/changes.js';
import { saying } from './database.js';

const NOON = '2026-01-01T12:00:00.000Z';
const LATER = '2026-01-01T13:00:00.000Z';

const rowOf = (seq: number, more: object = {}, chat_id = 'c') => ({
  ...{ chat_id, seq, id: `m${seq}`, client_id: 'k', sender_id: 'ann', body: 'hi', reply_to: null, sent_at: NOON },
  ...{ rev: 0, edited_at: null, deleted_at: null, deleted_by: null, pinned_at: null },
  ...{ reactions: null, entities: null, forward: null, edits: null, kept_at: null, counts: null, pins: null },
  ...more,
});
const chatOf = (id: string) => ({ id, type: 'group', firstSeq: 1, lastChange: 4, keepVersions: false });
const member = { standing: 'owner', own: [], usedFor: null, hidden: false };

/** A store on these rows, and what it asked: the statements, and the columns of each. */
function storeOn(rows: Readonly<Record<string, readonly unknown[]>>) {
  const asked: { readonly name: string; readonly values: readonly unknown[] }[] = [];
  const sql = saying(async (name, values) => {
    asked.push({ name, values });
    return [...(rows[name] ?? [])];
  });
  return {
    store: changeStore(sql, { editWindowMs: 0 }),
    names: () => asked.map(({ name }) => name),
    of: (wanted: string) => asked.find(({ name }) => name === wanted)?.values,
  };
}

const of = (userId: string, seq = 1, chatId = 'c') => ({ chatId, seq, userId, at: LATER });
const pin = (userId: string, seq?: number, chatId?: string): Change => ({
  ...of(userId, seq, chatId),
  kind: 'pin',
  on: true,
});
const react = (userId: string, seq?: number, on = true): Change => ({
  ...of(userId, seq),
  kind: 'react',
  emoji: '👍',
  on,
});
const edit = (userId: string, clientId: string, seq?: number): Change => ({
  ...of(userId, seq),
  kind: 'edit',
  body: 'ho',
  clientId,
});

describe('the store of changes', () => {
  it('looks up each message and each person once, and of a message what its changes need', async () => {
    const { store, of } = storeOn({
      'changes-lock': [chatOf('c'), chatOf('d')],
      'changes-messages': [rowOf(1), rowOf(2), rowOf(1, {}, 'd')],
      'changes-people': Array.from({ length: 7 }, () => member),
    });
    await store.apply([
      ...[
        pin('ann'),
        pin('ann'),
        react('ann'),
        react('ben'),
        edit('ann', 'e'),
        edit('ann', 'f'),
        edit('ann', 'f', 2),
        pin('ann', 1, 'd'),
      ],
    ]);
    expect(of('changes-lock')).to.deep.equal([['c', 'c', 'c', 'c', 'c', 'c', 'c', 'd']]);
    expect(of('changes-messages')).to.deep.equal([
      ...[
        ['c', 'c', 'd'],
        [1, 2, 1],
      ],
      ...[
        [true, true, false],
        [true, false, false],
        [true, false, true],
      ],
    ]);
    expect(of('changes-people')).to.deep.equal([
      ...[
        ['c', 'c', 'c', 'c', 'c', 'd'],
        [1, 1, 1, 1, 2, 1],
        ['ann', 'ben', 'ann', 'ann', 'ann', 'ann'],
        [null, null, 'e', 'f', 'f', null],
      ],
    ]);
  });

  it('decides by what each of them was found to be', async () => {
    const { store } = storeOn({
      'changes-lock': [{ ...chatOf('c'), pins: undefined }],
      'changes-messages': [
        rowOf(1, { pins: 100 }),
        rowOf(2, { pins: 100 }),
        rowOf(3, { counts: [{ emoji: '🎉', count: 2 }] }),
      ],
      'changes-people': [
        ...[member, { ...member, standing: 'member' }, { ...member, usedFor: 1 }, { ...member, hidden: true }, member],
      ],
    });
    const answers = await store.apply([
      pin('ann', 1),
      pin('ben', 2),
      edit('ann', 'used', 2),
      react('cat', 1),
      react('ann', 3),
    ]);
    expect(answers.map(({ change, refused }) => refused?.code ?? change)).to.deep.equal([
      ...['conflict', 'forbidden', 'conflict', 'not_found', 5],
    ]);
    expect(answers[4]?.message?.reactions).to.have.deep.members([
      { emoji: '🎉', count: 2 },
      { emoji: '👍', count: 1 },
    ]);
  });

  it('writes nothing where nothing changes, and says what the message is, and was', async () => {
    const { store, names } = storeOn({
      'changes-lock': [chatOf('c')],
      'changes-messages': [rowOf(1, { rev: 3 })],
      'changes-people': [member, member],
    });
    const [kept, none] = await store.apply([react('ann', 1, false), react('ann', 2)]);
    expect(kept).to.deep.include({ change: 0, was: 3 });
    expect(kept).to.have.all.keys('message', 'change', 'was');
    expect(none).to.deep.include({ change: 0 });
    expect(none, 'of what is not there').to.have.all.keys('change', 'refused');
    expect(names()).to.deep.equal(['changes-lock', 'changes-messages', 'changes-people']);
  });

  it('writes what took effect, and the name alone of an edit that says what is said', async () => {
    const rows = { 'changes-lock': [chatOf('c')], 'changes-messages': [rowOf(1)], 'changes-people': [member] };
    const changed = storeOn(rows);
    await changed.store.apply([pin('ann')]);
    expect(changed.names().at(-1)).to.equal('changes-write');
    const same = storeOn(rows);
    const [answer] = await same.store.apply([{ ...edit('ann', 'e'), body: 'hi' } as Change]);
    expect(answer).to.include({ change: 0 });
    expect(same.names().at(-1)).to.equal('changes-write');
  });

  it('answers pins that come to one answer’s bytes, and one at least', async () => {
    const pinned = (count: number, body: string) =>
      Array.from({ length: count }, (_, at) => rowOf(at + 1, { body, rev: 1, pinned_at: NOON }));
    const pins = (count: number, length: number) =>
      storeOn({ 'changes-pins': pinned(count, 'x'.repeat(length)) }).store.pins('c', 'ann');
    expect(await pins(12, ANSWER_BYTES / 10)).to.have.length(9);
    expect(await pins(2, 2 * ANSWER_BYTES)).to.have.length(1);
    expect(await storeOn({ 'changes-pins': [] }).store.pins('c', 'ann'), 'of nobody in the chat').to.equal(undefined);
  });
});
