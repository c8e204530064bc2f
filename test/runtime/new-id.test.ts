import { expect } from 'chai';
import { validate, version } from 'uuid';
import { newId } from '#runtime/new-id.js';

describe('ids', () => {
  it('are UUIDs of version 7, each greater than the one before, and none twice', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids.every(id => validate(id) && version(id) === 7)).to.equal(true);
    expect([...new Set(ids)].sort()).to.deep.equal(ids);
  });

  it('carry the time', () => {
    const before = Date.now();
    const time = Number.parseInt(newId().replace('-', '').slice(0, 12), 16);
    expect(time).to.be.within(before, Date.now() + 1);
  });

  it('cannot be foretold from one another', () => {
    const tails = Array.from({ length: 1_000 }, () => newId().slice(-12));
    expect(new Set(tails).size).to.equal(1_000);
  });
});
