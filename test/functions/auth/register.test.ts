import { expect } from 'chai';
import { Value } from 'typebox/value';
import { register } from '../../../functions/auth/register.js';
import type { Profile } from '../../../functions/domain/model.js';
import { Failure } from '../../../runtime/contract/failure.js';
import { testContext, testEvent, uuid } from '../../../runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

/** Writes down what is stored. */
function registry() {
  const stored: Record<string, unknown>[] = [];
  const ports = somePorts({
    passwords: { hash: async password => `hash of ${password}` },
    users: {
      create: async user => {
        stored.push(user);
        const { passwordHash: _, ...profile } = user;
        return profile;
      },
    },
    sessions: {
      create: async session => {
        stored.push(session);
      },
    },
    tokens: {
      refreshToken: () => 'refresh',
      digest: token => `digest of ${token}`,
      issue: async ({ userId, sessionId }, now) => ({ token: `access ${userId} ${sessionId} ${now}`, expiresIn: 900 }),
    },
  });
  return { ports, stored };
}

const account = { email: 'Ann@Example.com', password: 'correct horse', username: 'Ann', displayName: 'Ann Lee' };

describe('register', () => {
  it('opens the account and signs in', async () => {
    const { ports, stored } = registry();
    const outcome = await register.handle(testContext({ ports }), testEvent(account));

    expect(outcome).to.deep.equal({
      status: 'created',
      reply: {
        user: {
          id: uuid(1001),
          email: 'ann@example.com',
          username: 'Ann',
          displayName: 'Ann Lee',
          createdAt: '2026-01-02T03:04:05.678Z',
        } satisfies Profile,
        accessToken: `access ${uuid(1001)} ${uuid(1002)} 1767323045678`,
        refreshToken: 'refresh',
        expiresIn: 900,
      },
    });
    expect(stored).to.have.length(2);
    expect(stored[0]).to.include({ email: 'ann@example.com', passwordHash: 'hash of correct horse' });
    expect(stored[1]).to.deep.equal({
      id: uuid(1002),
      userId: uuid(1001),
      device: null,
      refreshDigest: 'digest of refresh',
      createdAt: '2026-01-02T03:04:05.678Z',
      expiresAt: '2026-02-01T03:04:05.678Z',
      network: null,
    });
  });

  it('neither stores nor answers the password itself, nor stores the refresh token', async () => {
    const { ports, stored } = registry();
    const outcome = await register.handle(testContext({ ports }), testEvent(account));
    expect(JSON.stringify(outcome)).not.to.include('correct horse');
    for (const row of stored) expect(Object.values(row)).not.to.include.members(['correct horse', 'refresh']);
  });

  it('makes a user name of the address when there is none, and shows that one', async () => {
    const { ports, stored } = registry();
    await register.handle(testContext({ ports }), testEvent({ email: account.email, password: account.password }));
    expect(stored[0]).to.include({ username: 'user_000000001001', displayName: 'user_000000001001' });
  });

  it('shows the user name when there is no display name', async () => {
    const { ports, stored } = registry();
    const { displayName: _, ...rest } = account;
    await register.handle(testContext({ ports }), testEvent(rest));
    expect(stored[0]).to.include({ username: 'Ann', displayName: 'Ann' });
  });

  it('lets the conflict pass when something is taken, and signs nobody in', async () => {
    const { ports, stored } = registry();
    const taken = new Failure('conflict', 'the address is taken', {
      errors: [{ path: '/email', message: 'is taken' }],
    });
    const users = { ...ports.users, create: () => Promise.reject(taken) };
    const context = testContext({ ports: { ...ports, users } });
    expect(await failureOf(() => register.handle(context, testEvent(account)))).to.equal(taken);
    expect(stored).to.deep.equal([]);
  });

  it('takes an address and a password, and nothing that it does not know', () => {
    const { email, password } = account;
    expect(Value.Check(register.input, { email, password })).to.equal(true);
    expect(Value.Check(register.input, account)).to.equal(true);
    for (const bad of [{}, { email }, { password }, { ...account, admin: true }, { ...account, username: 'a b' }]) {
      expect(Value.Check(register.input, bad), JSON.stringify(bad)).to.equal(false);
    }
  });
});
