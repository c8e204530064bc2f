import { expect } from 'chai';
import fc from 'fast-check';
import { bytesOf, fitting, LONGEST_MESSAGE_BYTES } from '#functions/domain/bytes.js';
import { aMessage } from '../../support/samples.js';

describe('bytes of an answer', () => {
  it('are those of its JSON in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), body => {
        expect(bytesOf({ body })).to.equal(Buffer.byteLength(JSON.stringify({ body })));
      }),
    );
  });

  it('are never more for one message than there is taken to be', () => {
    for (const each of ['\u0001', '𝄞', '\\']) {
      const longest = aMessage({ body: each.repeat(4096), clientId: each.repeat(128) });
      expect(bytesOf(longest)).to.be.below(LONGEST_MESSAGE_BYTES);
    }
  });

  it('have room for the first ones, and for one always', () => {
    expect([[], [5], [11], [5, 5], [5, 5, 1], [11, 1], [1, 11, 1]].map(sizes => fitting(sizes, 10))).to.deep.equal([
      0, 1, 1, 2, 2, 1, 1,
    ]);
  });
});
