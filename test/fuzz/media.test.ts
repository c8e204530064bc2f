/** The first broken media of a fixed seed: a short `npm run fuzz -- --media 10000`. */
import { expect } from 'chai';
import { fuzzMedia } from '#tools/fuzz/media.js';

describe('broken media', function () {
  this.timeout(120_000);

  it('are found out about or refused, and harm none of those that come after them', async () => {
    const { found, refused, findings } = await fuzzMedia(200, 20_260_101);
    expect(findings).to.deep.equal([]);
    expect(found + refused).to.equal(200);
    expect(refused).to.be.above(20);
    expect(found).to.be.above(20);
  });
});
