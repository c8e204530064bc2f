import { expect } from 'chai';
import { inTurn } from '#functions/stores/in-turn.js';
import { isLetGo } from '../../support/garbage.js';

const turn = () => new Promise(setImmediate);

describe('work in turn', () => {
  it('goes one after the other for one key, and side by side for others, also after a failure', async () => {
    const run = inTurn();
    const begun: string[] = [];
    const ends = new Map<string, (failure?: Error) => void>();
    const work = (name: string) => () =>
      new Promise<string>((resolve, reject) => {
        begun.push(name);
        ends.set(name, failure => (failure ? reject(failure) : resolve(name)));
      });
    const first = run('ann', work('a1')).catch((failure: Error) => failure.message);
    const second = run('ann', work('a2'));
    const other = run('ben', work('b1'));
    await turn();
    expect(begun).to.deep.equal(['a1', 'b1']);
    ends.get('a1')?.(new Error('away'));
    expect(await first).to.equal('away');
    await turn();
    const third = run('ann', work('a3'));
    await turn();
    expect(begun).to.deep.equal(['a1', 'b1', 'a2']);
    for (const name of ['a2', 'b1']) ends.get(name)?.();
    expect(await Promise.all([second, other])).to.deep.equal(['a2', 'b1']);
    await turn();
    ends.get('a3')?.();
    expect(await third).to.equal('a3');
  });

  it('holds nothing of work that is over, whether it came to something or failed', async () => {
    const run = inTurn();
    const outcomeOf = async (key: string, work: () => Promise<object>) =>
      new WeakRef(await run(key, work).catch(error => error));
    const answer = await outcomeOf('ann', async () => ({ many: 'messages' }));
    const failure = await outcomeOf('ben', () => Promise.reject(new Error('away')));
    await isLetGo('an answer', answer);
    await isLetGo('a failure', failure);
    expect(await run('ann', async () => 'next')).to.equal('next');
  });
});
