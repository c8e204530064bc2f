/** Who is mentioned, and how many of the unread messages do that. */
import { expect } from 'chai';
import { withChange, withMessages, withoutHidden } from '../../../web/client/arrivals.js';
import { described } from '../../../web/client/described.js';
import { mentionsUser } from '../../../web/client/mentions.js';
import type { Entity, Message } from '../../../web/client/shapes.js';
import { readUpTo } from '../../../web/client/watermarks.js';
import { chat, chatState, message } from '../support/messages.js';

const at = (userId?: string): Entity => ({ type: 'mention', offset: 0, length: 4, ...(userId && { userId }) });
const toAnn = (seq: number, rest: Partial<Message> = {}) =>
  message(seq, { body: '@ann look', entities: [at('ann')], ...rest });

describe('mentions', () => {
  it('are of whom the server says they are, and @all is of everybody', () => {
    expect(mentionsUser(toAnn(1), 'ann')).to.equal(true);
    expect(mentionsUser(toAnn(1), 'cem')).to.equal(false);
    expect(mentionsUser(message(1, { body: '@ALL: tea', entities: [at()] }), 'cem')).to.equal(true);
    expect(mentionsUser(message(1, { body: '@any: tea', entities: [at()] }), 'cem')).to.equal(false);
    expect(mentionsUser(message(1, { body: '@ann' }), 'ann'), 'not by its words alone').to.equal(false);
  });

  it('are none in a copy, in what one says oneself, and in what is deleted', () => {
    const forwardedFrom = { userId: 'ben', displayName: 'Ben', sentAt: message(1).sentAt };
    for (const rest of [{ forwardedFrom }, { senderId: 'ann' }, { deletedAt: message(1).sentAt }])
      expect(mentionsUser(toAnn(1, rest), 'ann')).to.equal(false);
  });

  it('are counted while they are unread, whatever an edit puts in or takes out', () => {
    const three = withMessages(chatState({ lastChange: 0 }), [message(1), toAnn(2), toAnn(3)]);
    expect(three.mentions).to.equal(2);
    expect(readUpTo(three, 2).mentions).to.equal(1);
    const edit = { chatId: 'chat', kind: 'edit', by: { userId: 'ben' } } as const;
    const out = withChange(three, { ...edit, change: 1, message: message(2, { rev: 1 }) });
    expect(out.mentions).to.equal(1);
    expect(withChange(out, { ...edit, change: 2, message: toAnn(1, { rev: 2 }) }).mentions).to.equal(2);
    expect(withoutHidden(three, [{ from: 1, to: 2 }])).to.include({ mentions: 1, unread: 1 });
    expect(readUpTo(three, 3).mentions).to.equal(0);
  });

  it('are taken as the server counted them where the messages are not held', () => {
    const listed = chatState({ lastSeq: 50, unread: 20, mentions: 3 });
    expect(listed.mentions).to.equal(3);
    const more = withMessages(listed, [toAnn(51)]);
    expect(more.mentions).to.equal(4);
    expect(readUpTo(more, 51).mentions).to.equal(0);
    const stale = described(chat({ lastSeq: 50, unread: 20, mentions: 3 }), 'ann', readUpTo(more, 51));
    expect(stale.mentions, 'an answer of before').to.equal(0);
  });
});
