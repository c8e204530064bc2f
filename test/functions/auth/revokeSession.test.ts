import { expect } from 'chai';
import { Value } from 'typebox/value';
import { revokeSession } from '#functions/auth/revokeSession.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

/** The user 1 has the sessions 901 and 902; 903 is somebody else's. */
const ports = somePorts({
  sessions: {
    revoke: async (sessionId, userId, now) =>
      [uuid(901), uuid(902)].includes(sessionId) && userId === uuid(1) && now === '2026-01-02T03:04:05.678Z',
  },
});
const context = testContext({ ports, caller: {} });

describe('revokeSession', () => {
  for (const [whose, sessionId] of [
    ['another device', uuid(902)],
    ['the calling device', uuid(901)],
  ] as const) {
    it(`signs ${whose} out and closes its connections`, async () => {
      const outcome = await revokeSession.handle(context, testEvent({ sessionId }));
      expect(outcome).to.deep.equal({ emit: [{ close: `session:${sessionId}` }] });
    });
  }

  it("does not know other people's sessions, and leaves their connections open", async () => {
    const failure = await failureOf(() => revokeSession.handle(context, testEvent({ sessionId: uuid(903) })));
    expect(failure).to.include({ code: 'not_found', message: 'no such session' });
  });

  it('takes the id of a session and nothing else', () => {
    expect(Value.Check(revokeSession.input, { sessionId: uuid(902) })).to.equal(true);
    for (const bad of [{}, { sessionId: 'x' }, { sessionId: uuid(902), userId: uuid(2) }]) {
      expect(Value.Check(revokeSession.input, bad)).to.equal(false);
    }
  });
});
