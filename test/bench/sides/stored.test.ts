import { expect } from 'chai';
import { storageFaults } from '#tools/bench/sides/stored.js';
import type { Services } from '../../support/services.js';

interface Row {
  readonly clientId: string;
  readonly seq: number;
}

const table = (rows: readonly Row[], holes = 0): Services =>
  ({
    query: async (text: string) => (text.includes('holes') ? [{ holes }] : rows.map(row => ({ chatId: 'c', ...row }))),
  }) as unknown as Services;

const acknowledged = (...seqs: number[]) => [{ chatId: 'c', prefix: 't.0', seqs }];

describe('the look into the table of messages after a round', () => {
  it('is content when each acknowledged message is there once, at its seq, or anywhere if it was given none', async () => {
    const rows = [
      { clientId: 't.0.0', seq: 1 },
      { clientId: 't.0.1', seq: 2 },
    ];
    expect(await storageFaults(table(rows), acknowledged(1, 0))).to.deep.equal([]);
  });

  it('lets pass what was never acknowledged, stored or not', async () => {
    expect(await storageFaults(table([{ clientId: 't.0.1', seq: 1 }]), acknowledged(-1, -1))).to.deep.equal([]);
  });

  it('finds what is lost, doubled, elsewhere, or with holes', async () => {
    const rows = [
      { clientId: 't.0.1', seq: 2 },
      { clientId: 't.0.1', seq: 3 },
      { clientId: 't.0.2', seq: 5 },
    ];
    expect(await storageFaults(table(rows, 1), acknowledged(1, 2, 4, 0))).to.deep.equal([
      '1 chats have holes',
      't.0.0 was acknowledged at 1, and stored at no seq',
      't.0.1 is stored 2 times',
      't.0.2 was acknowledged at 4, and stored at 5',
      't.0.3 was acknowledged at 0, and stored at no seq',
    ]);
  });
});
