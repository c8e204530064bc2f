import { expect } from 'chai';
import { authenticate } from '#functions/access/authenticate.js';
import { Failure } from '#runtime/contract/failure.js';
import { NOW, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const claims = { userId: uuid(1), sessionId: uuid(901), expiresAt: NOW + 60_000 };

const ports = (activeSession: string) =>
  somePorts({
    tokens: {
      verify: async (token: string, now: number) => {
        if (token === 'good' && now === NOW) return claims;
        throw new Failure('unauthorized', 'not a valid token');
      },
    },
    sessions: {
      active: async (sessionId: string, userId: string, now: string) =>
        sessionId === activeSession && userId === claims.userId && now === '2026-01-02T03:04:05.678Z',
    },
  });

describe('authenticate', () => {
  it('finds the caller behind a token whose session is active', async () => {
    expect(await authenticate(ports(uuid(901)), 'good', NOW)).to.deep.equal(claims);
  });

  it('refuses a token that is not ours, in its own words', async () => {
    const failure = await failureOf(() => authenticate(ports(uuid(901)), 'bad', NOW));
    expect(failure).to.include({ code: 'unauthorized', message: 'not a valid token' });
  });

  it('refuses a token whose session was signed out', async () => {
    const failure = await failureOf(() => authenticate(ports(uuid(902)), 'good', NOW));
    expect(failure.code).to.equal('unauthorized');
  });

  it('takes a token of a session that was signed out where the session may be ended again', async () => {
    for (const level of ['holder', 'revoker'] as const) {
      expect(await authenticate(ports(uuid(902)), 'good', NOW, level)).to.deep.equal(claims);
      expect((await failureOf(() => authenticate(ports(uuid(901)), 'bad', NOW, level))).code).to.equal('unauthorized');
    }
  });

  for (const ids of [{ userId: 'nobody' }, { sessionId: 'none' }]) {
    it(`refuses a token that names no possible ${Object.keys(ids)}, without asking the database`, async () => {
      const possible = somePorts({
        tokens: { verify: async () => ({ ...claims, ...ids }) },
        sessions: { active: () => expect.fail('the database was asked') },
      });
      const failure = await failureOf(() => authenticate(possible, 'good', NOW));
      expect(failure).to.include({ code: 'unauthorized', message: 'this token is not valid: sign in again' });
    });
  }

  it('does not let anybody in while the database is away', async () => {
    const { tokens } = ports(uuid(901));
    const { sessions } = somePorts({
      sessions: {
        active: async () => {
          throw new Failure('unavailable', 'the database is away');
        },
      },
    });
    const failure = await failureOf(() => authenticate({ tokens, sessions }, 'good', NOW));
    expect(failure.code).to.equal('unavailable');
  });
});
