import { expect } from 'chai';
import { renewToken } from '#functions/auth/renewToken.js';
import { Failure } from '#runtime/contract/failure.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const later = NOW + 900_000;
const TOKENS: Readonly<Record<string, { userId: string; sessionId: string; expiresAt: number }>> = {
  newer: { userId: uuid(1), sessionId: uuid(901), expiresAt: later },
  otherSession: { userId: uuid(1), sessionId: uuid(902), expiresAt: later },
  otherUser: { userId: uuid(2), sessionId: uuid(901), expiresAt: later },
};

const connection = { id: 'c1', inRoom: () => false };

const contextWith = ({ active }: { active: boolean }) =>
  testContext({
    caller: { connection },
    ports: somePorts({
      tokens: {
        verify: async token => {
          const claims = TOKENS[token];
          if (!claims) throw new Failure('unauthorized', 'not a valid token');
          return claims;
        },
      },
      sessions: { active: async () => active },
    }),
  });

const renew = (token: string, { active = true } = {}) =>
  renewToken.handle(contextWith({ active }), testEvent({ token }));

describe('renewToken', () => {
  it('gives the connection its new end, and leaves it the same connection', async () => {
    expect(await renew('newer')).to.deep.equal({
      reply: { expiresAt: '2026-01-02T03:19:05.678Z' },
      caller: { userId: uuid(1), sessionId: uuid(901), expiresAt: later, connection },
    });
  });

  for (const token of ['otherSession', 'otherUser']) {
    it(`does not hand the connection over (${token})`, async () => {
      expect((await failureOf(() => renew(token))).code).to.equal('forbidden');
    });
  }

  it('refuses a token that is not valid', async () => {
    expect((await failureOf(() => renew('forged'))).code).to.equal('unauthorized');
  });

  it('refuses a token whose session has ended', async () => {
    expect((await failureOf(() => renew('newer', { active: false }))).code).to.equal('unauthorized');
  });
});
