import { expect } from 'chai';
import { Check } from 'typebox/value';
import { lookupPresence } from '#functions/presence/lookupPresence.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

const [ME, ANN, BEN, CAT, STRANGER] = [uuid(1), uuid(2), uuid(3), uuid(4), uuid(5)];
const SEEN = '2026-01-01T00:00:00.000Z';
const now = new Date(NOW).toISOString();

/** Ann and the stranger are online; Ben was seen yesterday, Cat never. Only the stranger shares no chat with the caller. */
const context = testContext({
  caller: { userId: ME },
  ports: somePorts({
    members: {
      visible: async (userId, others) => {
        expect([userId, others.includes(ME)]).to.deep.equal([ME, false]);
        return others.filter(id => id !== STRANGER);
      },
    },
    presence: {
      online: async ids => new Set([ME, ANN, STRANGER].filter(id => ids.includes(id))),
    },
    users: { lastSeen: async ids => new Map(ids.includes(BEN) ? [[BEN, SEEN]] : []) },
  }),
});

describe('lookupPresence', () => {
  it('answers in the order of the question, who is online and when the others were last seen', async () => {
    const { reply } = await lookupPresence.handle(context, testEvent({ userIds: [CAT, BEN, ANN] }));
    expect(reply).to.deep.equal({
      presence: [
        { userId: CAT, status: 'offline', lastSeenAt: null },
        { userId: BEN, status: 'offline', lastSeenAt: SEEN },
        { userId: ANN, status: 'online', lastSeenAt: now },
      ],
    });
  });

  it('leaves out whoever shares no chat with the caller', async () => {
    const { reply } = await lookupPresence.handle(context, testEvent({ userIds: [STRANGER] }));
    expect(reply).to.deep.equal({ presence: [] });
  });

  it('answers for the caller too, and for each user once', async () => {
    const { reply } = await lookupPresence.handle(context, testEvent({ userIds: [ME, ANN, ME, ANN] }));
    expect(reply).to.deep.equal({
      presence: [
        { userId: ME, status: 'online', lastSeenAt: now },
        { userId: ANN, status: 'online', lastSeenAt: now },
      ],
    });
  });

  it('takes 500 users and no more', () => {
    const takes = (length: number) =>
      Check(lookupPresence.input, { userIds: Array.from({ length }, (_, i) => uuid(i)) });
    expect([takes(500), takes(501)]).to.deep.equal([true, false]);
  });
});
