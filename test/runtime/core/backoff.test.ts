/** How long is waited before the next attempt. */
import { expect } from 'chai';
import { backoffMs } from '#runtime/core/backoff.js';

describe('a pause between attempts', () => {
  const limits = { firstMs: 100, mostMs: 2_000 };
  const many = (attempt: number) => Array.from({ length: 200 }, () => backoffMs(attempt, limits));

  it('doubles with each attempt up to its limit, and stays there for ever', () => {
    const whole = [0, 1, 2, 3, 4, 5, 6, 5_000].map(attempt => Math.max(...many(attempt)));
    for (const [at, longest] of [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000].entries())
      expect(whole[at]).to.be.within(longest * 0.9, longest);
  });

  it('is cut by up to a half, so that not all come back at once', () => {
    for (const attempt of [0, 3, 9]) {
      const pauses = many(attempt);
      const longest = Math.min(2_000, 100 * 2 ** attempt);
      expect(Math.min(...pauses)).to.be.within(longest * 0.5, longest * 0.6);
    }
  });
});
