import { expect } from 'chai';
import { logout } from '#functions/auth/logout.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

function revoking(revoked: boolean) {
  const calls: unknown[] = [];
  const ports = somePorts({
    sessions: {
      revoke: async (...args) => {
        calls.push(args);
        return revoked;
      },
    },
  });
  return { ports, calls };
}

describe('logout', () => {
  it("ends the caller's session and closes its connections, and has nothing to answer", async () => {
    const { ports, calls } = revoking(true);
    const outcome = await logout.handle(testContext({ ports, caller: {} }), testEvent({}));
    expect(outcome).to.deep.equal({ emit: [{ close: `session:${uuid(901)}` }] });
    expect(calls).to.deep.equal([[uuid(901), uuid(1), '2026-01-02T03:04:05.678Z']]);
  });

  it('does the same again for a session that has ended meanwhile', async () => {
    const outcome = await logout.handle(testContext({ ports: revoking(false).ports, caller: {} }), testEvent({}));
    expect(outcome).to.deep.equal({ emit: [{ close: `session:${uuid(901)}` }] });
  });

  it('is nothing for somebody who is not signed in', async () => {
    const { ports, calls } = revoking(true);
    const failure = await failureOf(() => logout.handle(testContext({ ports }), testEvent({})));
    expect(failure.code).to.equal('unauthorized');
    expect(calls).to.deep.equal([]);
  });
});
