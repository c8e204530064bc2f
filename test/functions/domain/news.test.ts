import { expect } from 'chai';
import { chatCreated, chatShown, chatUpdated, MEMBERS_IN_NEWS } from '#functions/domain/news.js';
import { uuid } from '#runtime/testing/context.js';
import { aChat, aMember, aMessage } from '../../support/samples.js';

const SETTINGS = {
  mutedUntil: '2026-02-01T00:00:00.000Z',
  notify: 'none',
  archived: true,
  pinned: true,
  draft: { body: 'secret', at: '2026-01-01T00:00:00.000Z' },
} as const;

describe('chatUpdated', () => {
  it('tells each member what they have not read, and the last message that they see', () => {
    const members = [1, 2, 3].map(n => aMember(uuid(n)));
    const lastMessage = aMessage({ seq: 10 });
    const chat = aChat({ lastSeq: 10, unread: 3, lastMessage, members });
    const readers = [
      { userIds: [uuid(1), uuid(3)], unread: 0, mentions: 0, lastMessage },
      { userIds: [uuid(2)], unread: 2, mentions: 1, lastMessage: aMessage({ seq: 9 }) },
    ];
    expect(chatUpdated(chat, readers)).to.deep.equal([
      {
        send: 'chat:updated',
        data: { ...chat, unread: 0 },
        to: [`user:${uuid(1)}`, `user:${uuid(3)}`],
        within: `chat:${chat.id}`,
      },
      {
        send: 'chat:updated',
        data: { ...chat, unread: 2, mentions: 1, lastMessage: aMessage({ seq: 9 }) },
        to: [`user:${uuid(2)}`],
        within: `chat:${chat.id}`,
      },
    ]);
  });

  it('leaves the members of a large group out of its news', () => {
    const members = Array.from({ length: MEMBERS_IN_NEWS + 1 }, (_, i) => aMember(uuid(i)));
    const readers = [{ userIds: members.map(({ userId }) => userId), unread: 0, mentions: 0, lastMessage: null }];
    const [news, ...more] = chatUpdated(aChat({ members }), readers);
    expect(more).to.deep.equal([]);
    expect(news).to.have.property('to').with.length(members.length);
    expect(news)
      .to.have.property('data')
      .which.deep.equals(aChat({ memberCount: members.length }));
  });
});

describe('news of a chat', () => {
  it('say nothing of what it is to its viewer alone, but to the viewer', () => {
    const chat = aChat({ members: [aMember(uuid(1))] });
    const own = { ...chat, ...SETTINGS };
    const updated = chatUpdated(own, [{ userIds: [uuid(1)], unread: 0, mentions: 0, lastMessage: null }]);
    for (const news of [...updated, chatCreated(own, [uuid(1), uuid(2)])]) {
      expect(news).to.have.property('data').which.deep.equals(chat);
    }
    expect(chatShown(own, uuid(1))).to.deep.equal({ ...chatCreated(chat, [uuid(1)]), data: own });
  });
});
