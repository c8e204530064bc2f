/** A name turns nothing around it, also where it stands in a label. */
import { expect } from 'chai';
import { isolated } from '../../../web/app/bidi.js';

describe('names in labels', () => {
  for (const name of ['محمد', 'שלום', '\u202egnp.evil', 'a\u2066b', '\u{1e900}']) {
    it(`are isolated: ${JSON.stringify(name)}`, () => {
      expect(isolated(name)).to.equal(`\u2068${name}\u2069`);
    });
  }
  for (const name of ['Ann', 'Олег', '山田 太郎', '👩‍🚀 Ann', '']) {
    it(`stay as they are: ${name}`, () => {
      expect(isolated(name)).to.equal(name);
    });
  }
});
