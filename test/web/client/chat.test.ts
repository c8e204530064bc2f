/** What news makes of a chat: watermarks rise, unread follows, nobody is counted twice. */
import { expect } from 'chai';
import {
  described,
  isBehind,
  readUpTo,
  withMember,
  withMessages,
  withoutMember,
  withReadSeqs,
  withReceipt,
} from '../../../web/client/chat.js';
import { chat, chatState, message, seqsOf } from '../support/messages.js';

const at = '2026-01-02T12:00:00.000Z';
const members = [
  { userId: 'ann', role: 'owner', readSeq: 0, deliveredSeq: 0 },
  { userId: 'ben', role: 'member', readSeq: 0, deliveredSeq: 0 },
] as const;

describe('state of a chat', () => {
  it('counts what others write as unread, until it is read', () => {
    const two = withMessages(chatState({ members }), [message(1), message(2)], 'ann');
    expect(two.unread).to.equal(2);
    expect(two.lastMessage?.seq).to.equal(2);
    expect(readUpTo(two, 1).unread).to.equal(1);
    expect(readUpTo(readUpTo(two, 2), 1).unread, 'a watermark does not fall').to.equal(0);
  });

  it('takes it that who writes has read', () => {
    const mine = withMessages(chatState({ members }), [message(1), message(2, { senderId: 'ann' })], 'ann');
    expect(mine.unread).to.equal(0);
    const theirs = withMessages(mine, [message(3)], 'ann');
    expect(theirs.members.ben).to.include({ readSeq: 3, deliveredSeq: 3 });
  });

  it('knows that it is behind from a receipt or a message of what it has not seen', () => {
    const state = chatState({ members, lastSeq: 3 });
    expect(isBehind(state)).to.equal(false);
    expect(isBehind(withReceipt(state, 'delivered', { chatId: 'chat', userId: 'ben', seq: 4, at }))).to.equal(true);
    const ahead = withMessages(state, [message(5)], 'ann');
    expect(isBehind(ahead)).to.equal(true);
    expect(ahead.history.messages).to.deep.equal([]);
    expect(isBehind(withMessages(ahead, [message(4)], 'ann'))).to.equal(false);
  });

  it('keeps what it holds when the chat is described again', () => {
    const state = withMessages(chatState({ members }), [message(1), message(2)], 'ann');
    const again = described(chat({ title: 'another', lastSeq: 1, unread: 1 }), state);
    expect(again.title).to.equal('another');
    expect(seqsOf(again.history.messages)).to.deep.equal([1, 2]);
    expect(again).to.include({ lastSeq: 2, unread: 2, complete: true });
  });

  it('begins anew at the end when it is very far behind', () => {
    const state = withMessages(chatState(), [message(1)], 'ann');
    const far = described(chat({ lastSeq: 5_000, unread: 4_999 }), state);
    expect(far.history.upTo).to.equal(5_000);
    expect(far.history.messages).to.deep.equal([]);
  });

  it('lets people come and go once', () => {
    const state = chatState({ members });
    const three = withMember(withMember(state, 'cem'), 'cem');
    expect(three.memberCount).to.equal(3);
    expect(three.members.cem?.role).to.equal('member');
    const two = withoutMember(withoutMember(three, 'cem'), 'cem');
    expect(two.memberCount).to.equal(2);
    expect(Object.keys(two.members)).to.deep.equal(['ann', 'ben']);
  });

  it('learns from sync who is in and how far they have read', () => {
    const state = chatState({ members, lastSeq: 5, unread: 5 });
    const synced = withReadSeqs(state, { ann: 4, cem: 2 }, 'ann');
    expect(Object.keys(synced.members)).to.deep.equal(['ann', 'cem']);
    expect(synced).to.include({ unread: 1, memberCount: 2, complete: false });
    expect(synced.members.ann?.role).to.equal('owner');
  });
});
