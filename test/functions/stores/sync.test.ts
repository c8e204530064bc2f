/** What an answer of `sync` says of each chat, of what a database says: in full, in part, and of whom it says nothing. */
import { expect } from 'chai';
import { LIMITS } from '#functions/domain/names.js';
import type { SyncedChat } from '#functions/ports/messages.js';
import { syncFrom } from '#functions/stores/sync.js';
import type { SyncRow } from '#functions/stores/sync-chats.js';
import { historyOf } from './history.js';

const C = '00000000-0000-4000-8000-00000000000c';
const D = '00000000-0000-4000-8000-00000000000d';

/** Ten messages are held and nothing has happened since. */
const chat = (more: Partial<SyncRow> = {}): SyncRow => ({
  ...{ n: 1, chatId: C, after: 10, missing: 0, room: 5, outdated: 0, hidden: null, hiddenTo: null },
  ...{ firstSeq: 1, lastSeq: 10, lastChange: 9, since: 9, memberCount: 2, readSeq: 10 },
  ...{ reset: false, listed: true, behind: false },
  ...more,
});

interface Told {
  readonly changed?: {
    readonly rows: readonly (readonly [seq: number, rev: number, octets: number])[] | null;
    readonly until: number;
  };
  readonly readSeqs?: Readonly<Record<string, number>> | null;
  readonly retold?: () => unknown[];
  /** What the database says that each message comes to. */
  readonly octets?: number;
  /** Chats that the user is out of by the time that all is read. */
  readonly out?: readonly string[];
}

/** What a sync says of these chats, and asked. */
async function sync(
  chats: readonly SyncRow[],
  { changed, readSeqs = { ann: 1, ben: 7 }, retold, octets, out = [] }: Told = {},
  held = {},
) {
  const { sql, names } = historyOf({
    ...(octets !== undefined && { octets }),
    answers: {
      'sync-chats': () => [...chats],
      'sync-changed': () => [changed],
      'sync-read-seqs': ([ids]) => (ids as unknown[]).map(() => ({ readSeqs })),
      'sync-still-in': ([ids]) => (ids as string[]).flatMap((id, at) => (out.includes(id) ? [] : [{ n: at + 1 }])),
      ...(retold && { 'sync-retold': retold }),
    },
  });
  const answer = await syncFrom(sql)('ann', held, 50);
  return { ...answer, asked: names() };
}
const seqsOf = (told?: SyncedChat) => told?.messages.map(({ seq }) => seq);
const revsOf = (told?: SyncedChat) => told?.changed.map(({ rev }) => rev);

describe('an answer of sync', () => {
  it('says of a chat in which nothing happened how far it and its members are, and asks for no message', async () => {
    const { chats, unknown, asked, ...rest } = await sync([chat()]);
    expect(chats).to.deep.equal([
      {
        ...{
          chatId: C,
          messages: [],
          changed: [],
          firstSeq: 1,
          lastSeq: 10,
          lastChange: 9,
          changeUpto: 9,
          more: false,
        },
        readSeqs: { ann: 10, ben: 7 },
      },
    ]);
    expect([unknown, rest]).to.deep.equal([[], {}]);
    expect(asked).to.deep.equal(['sync-chats', 'sync-read-seqs']);
  });

  it('has what comes after the cursor, without what is hidden, and says whether there is more', async () => {
    const hidden: [number, number][] = [
      [11, 12],
      [15, 15],
      [18, 19],
    ];
    const missed = { missing: 6, lastSeq: 21, hidden, hiddenTo: 19 };
    const [all] = (await sync([chat({ ...missed, room: 6 })])).chats;
    expect(seqsOf(all)).to.deep.equal([13, 14, 16, 17, 20, 21]);
    expect(all).to.include({ more: false, changeUpto: 9 });
    const [some] = (await sync([chat({ ...missed, room: 3 })])).chats;
    expect(seqsOf(some)).to.deep.equal([13, 14, 16]);
    expect(some).to.include({ more: true, changeUpto: 9 });
    const [none] = (await sync([chat({ ...missed, room: 0 })])).chats;
    expect(seqsOf(none)).to.deep.equal([]);
    expect(none).to.include({ more: true });
  });

  it('has what changed of what is held, and holds all changes with it', async () => {
    const changed = {
      rows: [
        [95, 5, 1],
        [94, 6, 1],
      ] as const,
      until: 9,
    };
    const { chats } = await sync([chat({ after: 99, since: 4, outdated: 5 })], { changed });
    expect(revsOf(chats[0])).to.deep.equal([5, 6]);
    expect(chats[0]).to.include({ changeUpto: 9, more: false });
  });

  it('goes as far as the change before that of a message that is left out, new or held', async () => {
    const missed = { after: 94, missing: 6, lastSeq: 100, since: 4, outdated: 5, room: 5 };
    const changed = (second: number) => ({
      rows: [
        [94, 6, 1],
        [second, 7, 1],
        [91, 9, 1],
      ] as const,
      until: 9,
    });
    // 98 is the second of those that are missing and changed; three are told.
    const [told] = (await sync([chat(missed)], { changed: changed(98) })).chats;
    expect([seqsOf(told), revsOf(told)]).to.deep.equal([
      [95, 96, 97],
      [5, 6],
    ]);
    expect(told).to.include({ changeUpto: 6, more: true });
    const [all] = (await sync([chat(missed)], { changed: changed(96) })).chats;
    expect(all).to.include({ changeUpto: 9, more: true });
  });

  it('goes as far as what was told where there was no room for all that changed', async () => {
    const rows = Array.from({ length: 20 }, (_, at) => [95 - at, 5 + at, 100_000] as const);
    const { chats } = await sync([chat({ after: 99, since: 4, lastChange: 24, room: 40, outdated: 20 })], {
      changed: { rows, until: 24 },
    });
    expect(revsOf(chats[0])).to.deep.equal([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(chats[0]).to.include({ changeUpto: 14, more: true });
  });

  it('stays where it was where new messages take all the room', async () => {
    const rows = [
      [94, 6, 1],
      [93, 7, 1],
    ] as const;
    const missed = { after: 94, missing: 30, lastSeq: 124, room: 40, since: 4, outdated: 5 };
    const { chats } = await sync([chat(missed)], { changed: { rows, until: 9 }, octets: 60_000 });
    expect(seqsOf(chats[0])).to.have.length(17);
    expect(chats[0]).to.deep.include({ changed: [], changeUpto: 5, more: true });
  });

  it('does not stop before a message that changed once more while it was read: it comes with that change', async () => {
    const changed = {
      rows: [
        [95, 5, 1],
        [94, 6, 1],
      ] as const,
      until: 9,
    };
    const { chats } = await sync([chat({ after: 99, since: 4, outdated: 5 })], { changed, retold: () => [] });
    expect(chats[0]).to.deep.include({ changed: [], changeUpto: 9, more: false });
  });

  it('says where it begins anew', async () => {
    const { chats } = await sync([chat({ reset: true, after: 0, missing: 10, room: 10 })]);
    expect(chats[0]).to.include({ reset: true });
    expect(seqsOf(chats[0])).to.have.length(10);
  });

  it('has the watermarks of the chats that there is room for, and of the others the user’s own', async () => {
    const large = chat({ memberCount: LIMITS.syncReadSeqs });
    const { chats } = await sync([large, chat({ chatId: D, readSeq: 8 })]);
    expect(chats.map(({ readSeqs }) => readSeqs)).to.deep.equal([{ ann: 10, ben: 7 }, { ann: 8 }]);
  });

  it('tells who was put out meanwhile nothing of it, with messages or without', async () => {
    const named = { [C]: 10, [D]: 10 };
    const missed = { missing: 2, lastSeq: 12 };
    const read = await sync([chat(missed), chat({ ...missed, chatId: D })], { out: [C] }, named);
    expect(read.chats.map(({ chatId }) => chatId)).to.deep.equal([D]);
    expect(read.unknown).to.deep.equal([C]);
    const changed = { rows: [[95, 5, 1]] as const, until: 9 };
    const retold = await sync([chat({ after: 99, since: 4, outdated: 5 })], { changed, out: [C] }, named);
    expect([retold.chats, retold.unknown]).to.deep.equal([[], [C, D]]);
    const quiet = await sync([chat()], { readSeqs: { ben: 7 } }, { [C]: 10 });
    expect([quiet.chats, quiet.unknown, quiet.asked]).to.deep.equal([[], [C], ['sync-chats', 'sync-read-seqs']]);
  });

  it('says that there is more where chats are left out in which something is missing, and calls none of these unknown', async () => {
    const left = { chatId: D, listed: false };
    const more = await sync([chat(), chat({ ...left, behind: true })], {}, { [C]: 10, [D]: 10, elsewhere: 1 });
    expect(more.chats.map(({ chatId }) => chatId)).to.deep.equal([C]);
    expect(more).to.deep.include({ more: true, unknown: ['elsewhere'] });
    expect(await sync([chat({ behind: true }), chat(left)], {})).not.to.have.property('more');
  });
});
