import { expect } from 'chai';
import fc from 'fast-check';
import { compare } from '#functions/domain/compared.js';

const stored = (names: string) => [...names].map(name => ({ name, size: 1, storedAt: 0 }));
const known = (names: string, used = names) =>
  [...names].map(name => ({ name, sha256: name, storedAt: 0, isUsed: used.includes(name) }));
const namesOf = (list: readonly { name: string }[]): string => list.map(({ name }) => name).join('');

describe('compare', () => {
  it('finds what only one of the two has, and what nobody uses', () => {
    const { unknown, missing, unused, upto } = compare(stored('abd'), known('bcd', 'bc'), 10);
    expect([namesOf(unknown), namesOf(missing), namesOf(unused), upto]).to.deep.equal(['a', 'c', 'd', undefined]);
  });

  it('says nothing of what one page has and the other has not come to', () => {
    const { unknown, missing, upto } = compare(stored('abc'), known('xyz'), 3);
    expect([namesOf(unknown), namesOf(missing), upto]).to.deep.equal(['abc', '', 'c']);
  });

  it('finds the same page by page as all at once', () => {
    const letters = fc.subarray([...'abcdefghijklmnop']).map(list => list.join(''));
    fc.assert(
      fc.property(letters, letters, fc.integer({ min: 1, max: 5 }), (inStore, inTable, limit) => {
        const whole = compare(stored(inStore), known(inTable), 100);
        let [unknown, missing] = ['', ''];
        for (let after = ''; ; ) {
          const page = (names: string) =>
            [...names]
              .filter(name => name > after)
              .slice(0, limit)
              .join('');
          const found = compare(stored(page(inStore)), known(page(inTable)), limit);
          unknown += namesOf(found.unknown);
          missing += namesOf(found.missing);
          if (found.upto === undefined) break;
          after = found.upto;
        }
        expect([unknown, missing]).to.deep.equal([namesOf(whole.unknown), namesOf(whole.missing)]);
      }),
    );
  });
});
