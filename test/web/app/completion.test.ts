/** Who may be meant by what stands after an @. */
import { expect } from 'chai';
import { begunAt, fitting } from '../../../web/app/completion.js';

const person = (username: string, displayName: string) => ({ id: username, username, displayName });

describe('completing a mention', () => {
  it('begins after an @ that begins a word, up to the caret', () => {
    expect(begunAt('hi @be', 6)).to.deep.equal({ from: 3, wanted: 'be' });
    expect(begunAt('hi @ben there', 5)).to.deep.equal({ from: 3, wanted: 'b' });
    expect(begunAt('@', 1)).to.deep.equal({ from: 0, wanted: '' });
    expect(begunAt('(@Zoë', 5)).to.deep.equal({ from: 1, wanted: 'Zoë' });
    for (const [text, caret] of [
      ['ann@be', 6],
      ['@ben ', 5],
      ['a/@be', 5],
      ['@@be', 4],
      ['no', 2],
    ] as const)
      expect(begunAt(text, caret), text).to.equal(undefined);
  });

  it('offers user names before names, of eight people at most', () => {
    const people = [person('zed', 'Ben Zed'), person('ben_1', 'Cem'), person('anna', 'Ann'), person('x', 'Rebbe')];
    expect(fitting(people, 'BE').map(({ username }) => username)).to.deep.equal(['ben_1', 'zed']);
    expect(fitting(people, '')).to.have.length(4);
    expect(
      fitting(
        Array.from({ length: 20 }, (_, at) => person(`u${at}`, `U ${at}`)),
        'u',
      ),
    ).to.have.length(8);
  });
});
