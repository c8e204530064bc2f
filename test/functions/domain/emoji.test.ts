import { expect } from 'chai';
import { byCodePoints, checkEmoji, isEmoji } from '#functions/domain/emoji.js';

describe('an emoji', () => {
  it('is one of Unicode’s, with whatever belongs to it', () => {
    for (const one of ['👍', '👍🏽', '❤️', '🇩🇪', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👩‍👧‍👦', '1️⃣', '🧑🏽‍🚀'])
      expect(isEmoji(one), one).to.equal(true);
  });

  it('is neither two, nor a letter, nor a part of one, nor more than 32 bytes', () => {
    const longest = '🧑🏻‍❤️‍💋‍🧑🏼';
    for (const none of ['', 'a', '1', '👍👍', '👍 ', '\u200d', '\ufe0f', '🏽a', '🇩', longest])
      expect(isEmoji(none), none).to.equal(false);
    expect(() => checkEmoji('no')).to.throw('must be one emoji');
  });

  it('comes in the order of code points, not of UTF-16 units', () => {
    const [plain, toned, thumb] = ['⛹️', '⛹🏻', '👍'] as const;
    expect([thumb, toned, plain].toSorted(byCodePoints)).to.deep.equal([plain, toned, thumb]);
    expect([plain, toned].toSorted()).to.deep.equal([toned, plain]);
    expect(byCodePoints('👍', '👍')).to.equal(0);
    expect(byCodePoints('👍', '👍🏽')).to.be.below(0);
  });
});
