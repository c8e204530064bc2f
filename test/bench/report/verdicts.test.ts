import { expect } from 'chai';
import type { Case, Figures, Goal } from '#tools/bench/bench-case.js';
import { rowsOf } from '#tools/bench/report/verdicts.js';
import type { Ran } from '#tools/bench/rounds.js';

const figures = (rate: number): Figures => ({ values: { 'messages/s': rate }, cpu: {} });

function ran(goals: readonly Goal[], ours: readonly number[], peer: readonly number[]): Ran {
  const side = { name: 'side', open: async () => ({ missing: 'not opened here' }) };
  const one: Case = { name: 'case', summary: '', unit: 'message', ours: side, peer: side, goals };
  return { case: one, ours: ours.map(figures), peer: peer.map(figures), failures: [] };
}

const fourfold: Goal = { of: 'messages/s', as: 'ratio', atLeast: 4 };

describe('the verdict on a case', () => {
  it('compares round with round, and takes the median', () => {
    const [row] = rowsOf(ran([fourfold], [400, 100, 500], [100, 50, 100]));
    expect(row?.ratio).to.deep.equal({ median: 4, least: 2, most: 5 });
    expect(row?.goals).to.deep.equal([{ wanted: '≥ 4 ×', met: true }]);
  });

  it('does not say that a goal is met when there is no peer to compare with', () => {
    const [row] = rowsOf(ran([fourfold], [400], []));
    expect(row?.goals).to.deep.equal([{ wanted: '≥ 4 ×', met: undefined }]);
  });

  it('judges a value by itself where the goal is a value', () => {
    const goal: Goal = { of: 'messages/s', as: 'value', atMost: 3 };
    expect(rowsOf(ran([goal], [4], [100]))[0]?.goals).to.deep.equal([{ wanted: '≤ 3', met: false }]);
  });

  it('has nothing to say about a side of which every round failed', () => {
    expect(rowsOf(ran([fourfold], [], [100]))).to.deep.equal([]);
  });
});
