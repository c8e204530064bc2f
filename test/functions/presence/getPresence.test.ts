import { expect } from 'chai';
import { getPresence } from '#functions/presence/getPresence.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

const SEEN = '2026-01-01T00:00:00.000Z';
const context = testContext({
  caller: {},
  ports: somePorts({
    presence: { online: async ids => new Set(ids.filter(id => id === uuid(2))) },
    users: { lastSeen: async ids => new Map(ids.map(id => [id, SEEN])) },
  }),
});

describe('getPresence', () => {
  it('answers that a user is online, which is to be seen now', async () => {
    expect(await getPresence.handle(context, testEvent({ userId: uuid(2) }))).to.deep.equal({
      reply: { userId: uuid(2), status: 'online', lastSeenAt: new Date(NOW).toISOString() },
    });
  });

  it('answers when a user who is offline was last seen', async () => {
    expect(await getPresence.handle(context, testEvent({ userId: uuid(3) }))).to.deep.equal({
      reply: { userId: uuid(3), status: 'offline', lastSeenAt: SEEN },
    });
  });
});
