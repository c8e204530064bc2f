import { expect } from 'chai';
import { EphemeralMap } from '#runtime/core/ephemeral-map.js';

describe('a map of what comes and goes', () => {
  it('holds what was set, in that order, until it is deleted', () => {
    const map = new EphemeralMap<string, number>();
    map.set('one', 1);
    map.set('two', 2);
    map.set('one', 10);
    expect([...map.keys()]).to.eql(['one', 'two']);
    expect([...map.values()]).to.eql([10, 2]);
    expect(map.size).to.equal(2);

    expect(map.delete('one')).to.equal(true);
    expect(map.delete('one')).to.equal(false);
    expect(map.get('one')).to.equal(undefined);
    expect(map.get('two')).to.equal(2);
  });

  it('is as good as new when it has become empty', () => {
    const map = new EphemeralMap<string, number>();
    map.set('one', 1);
    map.delete('one');
    expect(map.size).to.equal(0);
    map.set('two', 2);
    expect([...map.values()]).to.eql([2]);
  });

  it('lets what is deleted while somebody walks over it be left out', () => {
    const map = new EphemeralMap<number, string>();
    for (const key of [1, 2, 3]) map.set(key, `${key}`);
    const met: number[] = [];
    for (const key of map.keys()) {
      met.push(key);
      map.delete(key);
      map.delete(2);
    }
    expect(met).to.eql([1, 3]);
  });

  it('hands over all that it has, and keeps nothing of it', () => {
    const map = new EphemeralMap<string, number>();
    map.set('one', 1);
    const all = map.takeAll();
    map.set('two', 2);
    expect([...all]).to.eql([['one', 1]]);
    expect([...map.keys()]).to.eql(['two']);
  });
});
