/** What the checker makes of how people were served meanwhile. */
import { expect } from 'chai';
import type { Round } from '#tools/chaos/round.js';
import { cleanRun } from './clean-run.js';
import type { Kind, Run } from './run.js';

describe('the checker, of a round of faults', () => {
  const quiet = { shape: 'alone', faults: ['rolling-restart'], recoveryMs: 100, silenceMs: 100 } as const;

  /** What is sent in it fails once, and succeeds after so many ms. */
  function failingFor(ms: number, change: Partial<Round> = {}): [Run, Round] {
    const run = cleanRun();
    const from = run.now;
    run.answer('ann', run.sends('ann', 'at last'), 'unavailable', false);
    run.wait(ms);
    run.send('ann', 'at last');
    return [run, { ...quiet, from, healed: run.now, ...change }];
  }

  it('measures how long a send took, and for how long it failed', () => {
    const [run, round] = failingFor(1_500);
    expect(run.verdict(round).waits).to.deep.equal([{ slowestMs: 1_503, failingMs: 1_503 }]);
    expect(run.names(round)).to.deep.equal([]);
  });

  it('counts the time without a connection', () => {
    const run = cleanRun();
    const from = run.now;
    run.wait(2_500);
    run.send('ann', 'at last');
    const call = run.entries.findLast((entry): entry is Kind<'invoke'> => entry.kind === 'invoke')!;
    run.entries[run.entries.indexOf(call)] = { ...call, wanted: from };
    expect(run.names({ ...quiet, from, healed: run.now })).to.deep.equal(['send-failing']);
  });

  it('does not count a refusal for good', () => {
    const run = cleanRun();
    const from = run.now;
    run.answer('ann', run.sends('ann', 'never'), 'forbidden', false);
    expect(run.names({ ...quiet, from, healed: run.now })).to.deep.equal([]);
  });

  it('finds a send that failed for more than 2 s while all were restarted in turn, and nothing else went wrong', () => {
    const [run, round] = failingFor(2_100);
    expect(run.names(round)).to.deep.equal(['send-failing']);
    expect(run.names({ ...round, faults: ['kill-gateway'] })).to.deep.equal([]);
    expect(run.names({ ...round, shape: 'together', faults: ['rolling-restart', 'cut-clients'] })).to.deep.equal([]);
  });

  it('finds more than 1 s without any acknowledgement then', () => {
    const [run, round] = failingFor(10, { silenceMs: 1_100 });
    expect(run.names(round)).to.deep.equal(['silence']);
    expect(run.names({ ...round, faults: ['restart-redis-empty'] })).to.deep.equal([]);
  });

  it('finds service that is not back within 15 s, after whatever it was', () => {
    const [run, round] = failingFor(10, { shape: 'in turn', faults: ['kill-gateway'], recoveryMs: 15_100 });
    expect(run.names(round)).to.deep.equal(['slow-recovery']);
  });
});
