import { expect } from 'chai';
import { getPresence } from '#functions/presence/getPresence.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const SEEN = '2026-01-01T00:00:00.000Z';
const context = testContext({
  caller: {},
  ports: somePorts({
    presence: { online: async ids => new Set(ids.filter(id => id === uuid(2))) },
    members: { visible: async (_, others) => others.filter(id => id !== uuid(4)) },
    users: { lastSeen: async ids => new Map(ids.map(id => [id, SEEN])) },
  }),
});

describe('getPresence', () => {
  it('answers that a user is online, which is to be seen now', async () => {
    expect(await getPresence.handle(context, testEvent({ userId: uuid(2) }))).to.deep.equal({
      reply: { userId: uuid(2), status: 'online', lastSeenAt: new Date(NOW).toISOString() },
    });
  });

  it('tells nothing of who is no acquaintance any more by the time that it is read', async () => {
    const failure = await failureOf(() => getPresence.handle(context, testEvent({ userId: uuid(4) })));
    expect(failure.code).to.equal('forbidden');
  });

  it('answers when a user who is offline was last seen', async () => {
    expect(await getPresence.handle(context, testEvent({ userId: uuid(3) }))).to.deep.equal({
      reply: { userId: uuid(3), status: 'offline', lastSeenAt: SEEN },
    });
  });
});
