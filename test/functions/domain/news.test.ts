import { expect } from 'chai';
import { chatUpdated, MEMBERS_IN_NEWS } from '#functions/domain/news.js';
import { uuid } from '#runtime/testing/context.js';
import { aChat, aMember } from '../../support/samples.js';

describe('chatUpdated', () => {
  it('tells each member their own unread count, those with the same one together', () => {
    const members = [1, 2, 3].map(n => aMember(uuid(n)));
    const chat = aChat({ lastSeq: 10, unread: 3, members });
    const unread = new Map([0, 3, 0].map((count, n) => [uuid(n + 1), count]));
    expect(chatUpdated(chat, unread)).to.deep.equal([
      {
        send: 'chat:updated',
        data: { ...chat, unread: 0 },
        to: [`user:${uuid(1)}`, `user:${uuid(3)}`],
        within: `chat:${chat.id}`,
      },
      { send: 'chat:updated', data: { ...chat, unread: 3 }, to: [`user:${uuid(2)}`], within: `chat:${chat.id}` },
    ]);
  });

  it('leaves the members of a large group out of its news', () => {
    const members = Array.from({ length: MEMBERS_IN_NEWS + 1 }, (_, i) => aMember(uuid(i)));
    const unread = new Map(members.map(({ userId }) => [userId, 0]));
    const [news, ...more] = chatUpdated(aChat({ members }), unread);
    expect(more).to.deep.equal([]);
    expect(news).to.have.property('to').with.length(members.length);
    expect(news)
      .to.have.property('data')
      .which.deep.equals(aChat({ memberCount: members.length }));
  });
});
