import { expect } from 'chai';
import { Check } from 'typebox/value';
import { Submission } from '#functions/domain/submission.js';
import { uuid } from '#runtime/testing/context.js';
import { CHAT } from '../../support/samples.js';

const takes = (change: object) => Check(Submission, { chatId: CHAT, clientId: 'c1', body: 'hi', ...change });

describe('Submission', () => {
  it('takes a body of 1 to 4096 code points, whatever their length in bytes', () => {
    expect(['', 'a', '𝒳'.repeat(4096), 'a'.repeat(4097)].map(body => takes({ body }))).to.deep.equal([
      false,
      true,
      true,
      false,
    ]);
  });

  it('refuses what cannot be kept byte for byte', () => {
    expect(takes({ body: 'a\u0000b' })).to.equal(false);
    expect(takes({ body: 'a\ud800b' })).to.equal(false);
  });

  it('takes an answer to a message, or to none', () => {
    expect([uuid(5), null, 'the one above'].map(replyTo => takes({ replyTo }))).to.deep.equal([true, true, false]);
  });

  it('takes no other members', () => {
    expect(takes({ senderId: uuid(9) })).to.equal(false);
  });
});
