/** How test files are put together, and what one is told meanwhile. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ALONE } from './alone.js';
import { batchesOf } from './batches.js';
import { COMPUTING } from './computing.js';
import { beginning, howFar } from './progress.js';
import { isCounted, UNCOUNTED } from './uncounted.js';

const SECONDS: Readonly<Record<string, number>> = { long: 60, longer: 90, a: 2, b: 3, c: 2, d: 1 };
const batches = batchesOf(['a', 'long', 'b', 'c', 'longer', 'd'], file => SECONDS[file] ?? 0);

describe('batches of test files', () => {
  it('begin with those that take long, each by itself, and hold the others together', () => {
    expect(batches.map(({ files }) => files)).to.deep.equal([['longer'], ['long'], ['a', 'b'], ['c', 'd']]);
    expect(batches.map(({ seconds }) => seconds)).to.deep.equal([90, 60, 5, 3]);
  });

  it('that run alone, one at a time or without coverage are there', () => {
    for (const name of [...Object.keys(ALONE), ...COMPUTING, ...UNCOUNTED])
      expect(existsSync(fileURLToPath(new URL(`../${name}.test.js`, import.meta.url))), name).to.equal(true);
  });
});

describe('coverage', () => {
  it('is left out where no file of a process is counted', () => {
    expect(isCounted(UNCOUNTED)).to.equal(false);
    expect(isCounted(['runtime/core/lane'])).to.equal(true);
    expect(isCounted([...UNCOUNTED, 'runtime/core/lane'])).to.equal(true);
  });
});

describe('the progress of a test run', () => {
  const [longer, long, ...rest] = batches;
  const together = [longer, ...rest].flatMap(batch => batch ?? []);
  const plan = { jobs: 2, together, computing: [], alone: long ? [long] : [] };

  it('is told beforehand by what was recorded', () => {
    expect(beginning(plan)).to.equal('6 files, 2 at a time, 1 of them last and alone: about 1:49 min by earlier runs');
  });

  it('takes what computes to run beside the others', () => {
    const [first, ...others] = plan.together;
    const split = { ...plan, together: others, computing: first ? [first] : [], alone: [] };
    expect(beginning(split)).to.equal('5 files, 2 at a time and one of 1 that compute: about 1:30 min by earlier runs');
    expect(howFar(split, new Set(split.computing), 90)).to.equal('[1/5] 1:30, about 0:02 to go');
  });

  it('is told meanwhile by how fast this machine has been', () => {
    const done = new Set(plan.together);
    expect(howFar(plan, done, 98)).to.equal('[5/6] 1:38, about 2:00 to go');
    expect(howFar(plan, new Set([...done, ...plan.alone]), 218)).to.equal('[6/6] 3:38, about 0:00 to go');
  });
});
