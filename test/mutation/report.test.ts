/** What is told of mutations: which went unnoticed, and how many did not, by file and folder. */
import { expect } from 'chai';
import { survivors, table } from '#tools/mutation/report.js';

const at = (line: number, from: number, to: number) => ({
  location: { start: { line, column: from }, end: { line, column: to } },
});
const mutant = (status: string, place = at(1, 1, 1), replacement = '') => ({
  ...{ status, mutatorName: 'Any', replacement },
  ...place,
});
const lane = {
  name: 'core/lane',
  report: {
    source: 'first\nif (dead > 0) count();\n',
    mutants: [
      mutant('Killed'),
      mutant('Timeout'),
      mutant('Survived', at(2, 5, 13), 'dead >= 0'),
      mutant('NoCoverage', at(2, 15, 22), '{\n}'),
      mutant('Ignored'),
      mutant('RuntimeError'),
    ],
  },
};
const ids = { name: 'core/ids', report: { source: '', mutants: [mutant('Killed'), mutant('Killed')] } };
const empty = { name: 'access/levels', report: { source: '', mutants: [mutant('Ignored')] } };

describe('the report of mutations', () => {
  it('names what went unnoticed, and where no test passes at all', () => {
    expect(survivors([ids, lane])).to.deep.equal([
      'core/lane, line 2: dead > 0 -> dead >= 0',
      'core/lane, line 2, where no test passes: count() -> { }',
    ]);
  });

  it('counts what some test noticed, by file and by folder, and leaves out what was not tried', () => {
    expect(table([lane, ids, empty]).slice(2)).to.deep.equal([
      '| lane | 4 | 50 % | 1 |',
      '| ids | 2 | 100 % | 0 |',
      '| **core together** | 6 | 67 % | 1 |',
      '| levels | 0 | – | 0 |',
      '| **access together** | 0 | – | 0 |',
    ]);
  });
});
