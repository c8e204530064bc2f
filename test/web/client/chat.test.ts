/** What news makes of a chat: watermarks rise, unread follows, nobody is counted twice. */
import { expect } from 'chai';
import { contradicts, withMessages } from '../../../web/client/arrivals.js';
import { isBehind } from '../../../web/client/chat.js';
import { described, restarted } from '../../../web/client/described.js';
import { withHidden } from '../../../web/client/history.js';
import type { Message } from '../../../web/client/shapes.js';
import { readUpTo, withMember, withoutMember, withReadSeqs, withReceipt } from '../../../web/client/watermarks.js';
import { chat, chatState, message, seqsOf } from '../support/messages.js';

const at = '2026-01-02T12:00:00.000Z';
const members = [
  { userId: 'ann', role: 'owner', readSeq: 0, deliveredSeq: 0 },
  { userId: 'ben', role: 'member', readSeq: 0, deliveredSeq: 0 },
] as const;

describe('state of a chat', () => {
  it('counts what others write as unread, until it is read', () => {
    const two = withMessages(chatState({ members }), [message(1), message(2)]);
    expect(two.unread).to.equal(2);
    expect(two.lastMessage?.seq).to.equal(2);
    expect(readUpTo(two, 1).unread).to.equal(1);
    expect(readUpTo(readUpTo(two, 2), 1).unread, 'a watermark does not fall').to.equal(0);
  });

  it('takes it that who writes has read what they had read all but the message of', () => {
    const mine = withMessages(chatState({ members }), [message(1), message(2, { senderId: 'ann' })]);
    expect(mine, 'the first was not seen').to.include({ unread: 1, readSeq: 0 });
    expect(mine.members).to.deep.include({ ann: members[0], ben: { ...members[1], readSeq: 1, deliveredSeq: 1 } });
    const theirs = withMessages(mine, [message(3)]);
    expect(theirs.members.ben, 'ben has not read the second').to.include({ readSeq: 1, deliveredSeq: 1 });
    const answered = withMessages(readUpTo(theirs, 3), [message(4, { senderId: 'ann' })]);
    expect(answered).to.include({ unread: 0, readSeq: 4 });
  });

  it('follows who writes several in a row, though they come in another order', () => {
    const two = withMessages(withMessages(chatState({ members }), [message(2)]), [message(1)]);
    expect(two.members.ben).to.include({ readSeq: 2 });
  });

  it('counts as unread what others wrote above what is read, also where it does not hold it', () => {
    const own = { senderId: 'ann' };
    // Of 100 messages the last 10 are unread, and 5 of those are her own; held are those from 98 on.
    const some = [...members].map(each => ({ ...each, readSeq: 90 }));
    const state = chatState({ members: some, lastSeq: 100, unread: 5 });
    expect(state).to.include({ readSeq: 90, unread: 5 });
    const later = withMessages(state, [message(101), message(102, own), message(104, own)]);
    expect(later, 'and 103 is not known').to.include({ unread: 7 });
    expect(withMessages(later, [message(103, own)]).unread).to.equal(6);
    expect(readUpTo(later, 104).unread).to.equal(0);
  });

  it('takes a new title from a list that tells nothing else that is new', () => {
    const before = chatState({ title: 'Garden', lastSeq: 3, unread: 1 });
    const now = described(chat({ title: 'Orchard', lastSeq: 3, unread: 1 }), 'ann', before);
    expect(now).to.include({ title: 'Orchard', unread: 1, readSeq: 2 });
  });

  it('guesses from a list how far the user has read, and is put right by sync without another count', () => {
    const listed = chatState({ lastSeq: 6, unread: 5 });
    expect(listed).to.include({ unread: 5, certain: false });
    const synced = withReadSeqs(listed, { ann: 0, ben: 5 });
    expect(synced).to.include({ unread: 5, readSeq: 0, certain: true });
    expect(described(chat({ lastSeq: 6, unread: 5 }), 'ann', synced)).to.include({ unread: 5, readSeq: 0 });
    const elsewhere = described(chat({ lastSeq: 6, unread: 2 }), 'ann', synced);
    expect(elsewhere, 'another device has read').to.include({ unread: 2, certain: false });
    expect(withReadSeqs(elsewhere, { ann: 3, ben: 5 })).to.include({ unread: 2, readSeq: 3 });
  });

  it('knows that it is behind from a receipt or a message of what it has not seen', () => {
    const state = chatState({ members, lastSeq: 3 });
    expect(isBehind(state)).to.equal(false);
    expect(isBehind(withReceipt(state, 'delivered', { chatId: 'chat', userId: 'ben', seq: 4, at }))).to.equal(true);
    const ahead = withMessages(state, [message(5)]);
    expect(isBehind(ahead)).to.equal(true);
    expect(ahead.history.messages).to.deep.equal([]);
    expect(isBehind(withMessages(ahead, [message(4)]))).to.equal(false);
  });

  it('keeps what it holds when the chat is described again', () => {
    const state = withMessages(chatState({ members }), [message(1), message(2)]);
    const again = described(chat({ title: 'another', lastSeq: 1, unread: 1 }), 'ann', state);
    expect(again.title).to.equal('another');
    expect(seqsOf(again.history.messages)).to.deep.equal([1, 2]);
    expect(again).to.include({ lastSeq: 2, unread: 2, complete: true });
  });

  it('begins anew at the end when it is very far behind', () => {
    const state = withMessages(chatState(), [message(1)]);
    const far = described(chat({ lastSeq: 5_000, unread: 4_999 }), 'ann', state);
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
    const synced = withReadSeqs(state, { ann: 4, cem: 2 });
    expect(Object.keys(synced.members)).to.deep.equal(['ann', 'cem']);
    expect(synced).to.include({ unread: 1, memberCount: 2, complete: false });
    expect(synced.members.ann?.role).to.equal('owner');
  });

  it('keeps the members whom sync does not name when it names the user alone', () => {
    const synced = withReadSeqs(chatState({ members, lastSeq: 5, unread: 5 }), { ann: 4 });
    expect(Object.keys(synced.members)).to.deep.equal(['ann', 'ben']);
    expect(synced).to.include({ unread: 1, memberCount: 2, complete: true });
  });

  it('begins anew where seqs are given anew: nothing that was held or told counts', () => {
    const held = readUpTo(withMessages(chatState({ members }), [message(1), message(2), message(3)]), 3);
    const anew = restarted(held, { lastSeq: 2, readSeqs: { ann: 1, ben: 9 } });
    expect(anew).to.include({ lastSeq: 2, lastMessage: null, readSeq: 1, unread: 1 });
    expect(anew.history).to.deep.include({ messages: [], upTo: 0, ahead: [] });
    expect(anew.members.ben).to.include({ readSeq: 2, deliveredSeq: 2 });
    expect(seqsOf(withMessages(anew, [message(1), message(2)]).history.messages)).to.deep.equal([1, 2]);
    const counted = chatState({ members, lastChange: 4 });
    const [near, far] = [2, 9_000].map(lastSeq => restarted(counted, { lastSeq, lastChange: 7, readSeqs: {} }));
    expect(near).to.include({ change: 0, lastChange: 7 });
    expect(far).to.include({ change: 7, lastChange: 7 });
    expect(far?.history.upTo, 'from its end where that is far').to.equal(9_000);
  });

  it('sees by a message of another id at the place of one held that seqs are given anew', () => {
    const held = withMessages(chatState({ members, lastSeq: 6 }), [message(7), message(8)]);
    expect(contradicts(held, message(8))).to.equal(false);
    expect(contradicts(held, message(8, { id: 'other' }))).to.equal(true);
    expect([3, 6, 9].map(seq => contradicts(held, message(seq, { id: 'other' })))).to.deep.equal([false, false, false]);
    const [hidden] = withHidden('chat', [], 7, 8);
    expect(contradicts(held, hidden as Message), 'hidden meanwhile').to.equal(false);
  });
});
