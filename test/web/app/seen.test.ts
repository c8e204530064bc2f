/** Only what was in view is read, and nothing behind what was not. */
import { expect } from 'chai';
import { firstUnread, readUpTo } from '../../../web/app/seen.js';
import { message } from '../support/messages.js';

const messages = [1, 2, 3, 4, 5, 6].map(seq => message(seq, { senderId: seq === 4 ? 'ann' : 'ben' }));

describe('what was read', () => {
  it('is what was in view, up to the first message that was not', () => {
    expect(readUpTo(1, messages, new Set([2, 3, 5]), 'ann'), 'one’s own message needs no looking at').to.equal(5);
    expect(readUpTo(1, messages, new Set([2, 6]), 'ann')).to.equal(2);
  });

  it('is nothing when the last screen was looked at and the others were jumped over', () => {
    expect(readUpTo(1, messages, new Set([5, 6]), 'ann')).to.equal(1);
  });

  it('is nothing behind what is not even loaded', () => {
    expect(readUpTo(1, messages.slice(3), new Set([5, 6]), 'ann')).to.equal(1);
  });

  it('begins to be unread with somebody else’s message', () => {
    expect(firstUnread(3, messages, 'ann')?.seq).to.equal(5);
    expect(firstUnread(6, messages, 'ann')).to.equal(undefined);
  });
});
