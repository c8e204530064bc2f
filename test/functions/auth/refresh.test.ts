import { expect } from 'chai';
import { refresh } from '#functions/auth/refresh.js';
import type { SessionStore } from '#functions/ports/sessions.js';
import { Failure } from '#runtime/contract/failure.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

type Exchange = Awaited<ReturnType<SessionStore['rotate']>>;

function exchanging(exchange: Exchange) {
  const uses: unknown[] = [];
  const ports = somePorts({
    sessions: {
      rotate: async use => {
        uses.push(use);
        return exchange;
      },
    },
    tokens: {
      refreshToken: () => 'next',
      digest: token => `digest of ${token}`,
      issue: async ({ userId, sessionId }) => ({ token: `access ${userId} ${sessionId}`, expiresIn: 900 }),
    },
  });
  return { context: testContext({ ports }), uses };
}

const event = testEvent({ refreshToken: 'used' });

describe('refresh', () => {
  it('exchanges the token, and the session lasts another 30 days', async () => {
    const { context, uses } = exchanging({ result: 'rotated', sessionId: uuid(901), userId: uuid(1) });
    expect(await refresh.handle(context, event)).to.deep.equal({
      reply: { accessToken: `access ${uuid(1)} ${uuid(901)}`, refreshToken: 'next', expiresIn: 900 },
    });
    expect(uses).to.deep.equal([
      {
        digest: 'digest of used',
        nextDigest: 'digest of next',
        now: '2026-01-02T03:04:05.678Z',
        expiresAt: '2026-02-01T03:04:05.678Z',
        network: null,
      },
    ]);
  });

  it('refuses a token that nobody knows', async () => {
    const { context } = exchanging({ result: 'unknown' });
    expect((await failureOf(() => refresh.handle(context, event))).code).to.equal('unauthorized');
  });

  it('closes the connections of a session whose token was stolen, and says no more than for an unknown one', async () => {
    const { context } = exchanging({ result: 'reused', sessionId: uuid(901), userId: uuid(1) });
    const { failure, ...rest } = await refresh.handle(context, event);
    expect(rest).to.deep.equal({ emit: [{ close: `session:${uuid(901)}` }] });

    const unknown = await failureOf(() => refresh.handle(exchanging({ result: 'unknown' }).context, event));
    expect(failure).to.be.instanceOf(Failure);
    expect(failure).to.include({ code: unknown.code, message: unknown.message });
  });
});
