import { expect } from 'chai';
import { compareBlobs } from '#functions/media/compareBlobs.js';
import type { KnownBlob } from '#functions/ports/mediaSweep.js';
import type { StoredBlob } from '#runtime/contract/ports.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { memoryLog } from '../../support/log.js';
import { somePorts } from '../../support/ports.js';

const NOON = Date.UTC(2026, 0, 2, 12);
const HOUR = 3_600_000;

const stored = (name: string, hours: number): StoredBlob => ({ name, size: 1, storedAt: NOON - hours * HOUR });
const known = (name: string, hours: number, isUsed = true): KnownBlob => ({
  ...{ name, sha256: `hash of ${name}`, isUsed },
  storedAt: NOON - hours * HOUR,
});

/** What came of it. */
async function compared(inStore: readonly StoredBlob[], inTable: readonly KnownBlob[]) {
  const log = memoryLog();
  const did = { dropped: [] as string[], unknown: [] as string[], discarded: 0, moves: [] as string[] };
  const ports = somePorts({
    blobs: {
      list: async () => inStore,
      discard: async before => {
        did.discarded = before;
      },
    },
    mediaSweep: {
      place: async () => '',
      known: async () => inTable,
      dropUnknown: async names => void did.unknown.push(...names),
      drop: async hashes => void did.dropped.push(...hashes),
      moveOn: async (way, from, to) => void did.moves.push(`${way} from ${from} to ${to}`),
      lapseAfter: async () => undefined,
    },
  });
  await compareBlobs.handle({ ...testContext({ ports, now: NOON }), log }, testEvent({}));
  return { ...did, told: log.lines.map(({ level, fields }) => ({ level, fields })) };
}

describe('compareBlobs', () => {
  it('drops what the table does not know, once it is nobody’s who is about to enter it', async () => {
    const { unknown, dropped, told } = await compared([stored('a', 5), stored('b', 7)], []);
    expect([unknown, dropped, told]).to.deep.equal([['b'], [], []]);
  });

  it('drops what no media have', async () => {
    const { unknown, dropped } = await compared(
      [stored('a', 9), stored('b', 9)],
      [known('a', 9), known('b', 9, false)],
    );
    expect([unknown, dropped]).to.deep.equal([[], ['hash of b']]);
  });

  it('tells of what is missing, but for what was entered while it looked', async () => {
    const { told } = await compared([], [known('a', 0), known('b', 2), known('c', 2)]);
    expect(told).to.deep.equal([{ level: 'error', fields: { count: 2, first: 'b' } }]);
  });

  it('clears away what puts have left, and begins anew, when it has come to the end', async () => {
    const { discarded, moves } = await compared([], []);
    expect(discarded).to.equal(NOON - 24 * HOUR);
    expect(moves).to.deep.equal(['blobs from  to ', 'media from  to ']);
  });

  it('goes on at the next tick where a page was full, and a tick takes ten', async () => {
    const page = Array.from({ length: 1_000 }, (_, n) => stored(`n${String(n).padStart(4, '0')}`, 0));
    const { discarded, moves } = await compared(page, []);
    expect(discarded).to.equal(0);
    expect(moves.slice(0, 10)).to.deep.equal(Array.from({ length: 10 }, () => 'blobs from  to n0999'));
  });
});
