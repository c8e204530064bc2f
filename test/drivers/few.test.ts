/** The small set and the small map beside those of the language, whatever is done to them. */
import { expect } from 'chai';
import { array, assert, boolean, constantFrom, property, tuple } from 'fast-check';
import { FewMap, FewSet } from '../../runtime/drivers/few.js';

const NAMES = ['', 'a', 'b', ...Array.from({ length: 20 }, (_, at) => `room ${at}`)];
const doings = array(tuple(constantFrom('add', 'add', 'add', 'delete'), constantFrom(...NAMES)), { maxLength: 120 });

describe('few entries', () => {
  it('are a set', () => {
    assert(
      property(doings, steps => {
        const [few, set] = [new FewSet(), new Set<string>()];
        for (const [what, name] of steps) {
          if (what === 'add') {
            expect(few.add(name)).to.equal(few);
            set.add(name);
          } else expect(few.delete(name)).to.equal(set.delete(name));
          expect([...few]).to.deep.equal([...set]);
          expect(few.size).to.equal(set.size);
        }
        for (const name of NAMES) expect(few.has(name)).to.equal(set.has(name));
        const visited: string[] = [];
        few.forEach(name => {
          visited.push(name);
        });
        expect(visited).to.deep.equal([...set]);
      }),
    );
  });

  it('can be taken away by who iterates over them', () => {
    for (const count of [1, 2, 16, 17]) {
      const few = new FewSet();
      for (const name of NAMES.slice(0, count)) few.add(name);
      const seen: string[] = [];
      for (const name of few) {
        seen.push(name);
        few.delete(name);
      }
      expect(seen).to.deep.equal(NAMES.slice(0, count));
      expect(few.size).to.equal(0);
    }
  });

  it('are a map', () => {
    assert(
      property(doings, boolean(), (steps, cleared) => {
        const map = new Map<string, number>([['first', -1]]);
        const few = new FewMap(map);
        for (const [at, [what, name]] of steps.entries()) {
          if (what === 'add') {
            expect(few.set(name, at)).to.equal(few);
            map.set(name, at);
          } else expect(few.delete(name)).to.equal(map.delete(name));
          expect([...few.values()].toSorted()).to.deep.equal([...map.values()].toSorted());
          expect(few.size).to.equal(map.size);
        }
        if (cleared) {
          few.clear();
          map.clear();
        }
        for (const name of [...NAMES, 'first']) {
          expect(few.get(name)).to.equal(map.get(name));
          expect(few.has(name)).to.equal(map.has(name));
        }
        expect(few.size).to.equal(map.size);
      }),
    );
  });
});
