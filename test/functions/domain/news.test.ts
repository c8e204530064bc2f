import { expect } from 'chai';
import { chatUpdated, MEMBERS_IN_NEWS } from '../../../functions/domain/news.js';
import { uuid } from '../../../runtime/testing/context.js';
import { aChat, aMember } from '../../support/samples.js';

describe('chatUpdated', () => {
  it('tells each member their own unread count, those with the same one together', () => {
    const members = [
      aMember(uuid(1), { readSeq: 10 }),
      aMember(uuid(2), { readSeq: 7 }),
      aMember(uuid(3), { readSeq: 10 }),
    ];
    const chat = aChat({ lastSeq: 10, unread: 3, members });
    expect(chatUpdated(chat)).to.deep.equal([
      { send: 'chat:updated', data: { ...chat, unread: 0 }, to: [`user:${uuid(1)}`, `user:${uuid(3)}`] },
      { send: 'chat:updated', data: { ...chat, unread: 3 }, to: [`user:${uuid(2)}`] },
    ]);
  });

  it('leaves the members of a large group out of its news', () => {
    const members = Array.from({ length: MEMBERS_IN_NEWS + 1 }, (_, i) => aMember(uuid(i)));
    const [news, ...more] = chatUpdated(aChat({ members }));
    expect(more).to.deep.equal([]);
    expect(news).to.have.property('to').with.length(members.length);
    expect(news)
      .to.have.property('data')
      .which.deep.equals(aChat({ memberCount: members.length }));
  });
});
