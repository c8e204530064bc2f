import { expect } from 'chai';
import { parseTraceparent, writeTraceparent } from '#runtime/core/traceparent.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('a trace context', () => {
  for (const sampled of [true, false]) {
    it(`is read and written, ${sampled ? '' : 'not '}sampled`, () => {
      const text = `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
      expect(parseTraceparent(text)).to.deep.equal({ traceId, spanId, sampled });
      expect(writeTraceparent({ traceId, spanId, sampled })).to.equal(text);
    });
  }

  it('of a later version is read as far as it is known', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-03`)).to.deep.equal({ traceId, spanId, sampled: true });
    expect(parseTraceparent(`cc-${traceId}-${spanId}-02-more`)).to.deep.equal({ traceId, spanId, sampled: false });
  });

  for (const text of [
    '',
    'garbage',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}-01-`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    ` 00-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-zz`,
    ['00', traceId],
    [`00-${traceId}-${spanId}-01`],
    17,
    null,
    undefined,
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(parseTraceparent(text)).to.equal(undefined);
    });
  }
});
