import { expect } from 'chai';
import { Value } from 'typebox/value';
import { register } from '#functions/auth/register.js';
import type { Profile } from '#functions/domain/model.js';
import { Failure } from '#runtime/contract/failure.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

/** Writes down what is stored. */
function registry(mode: 'open' | 'invite' | 'closed' = 'open', isEmpty = true) {
  const stored: Record<string, unknown>[] = [];
  const ports = somePorts({
    passwords: { hash: async password => `hash of ${password}`, isCommon: async password => password === 'iloveyou' },
    registration: { mode: () => mode },
    users: {
      create: async user => {
        stored.push({ ...user });
        const { passwordHash: _, ...profile } = user;
        return profile;
      },
      isEmpty: async () => isEmpty,
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

  it('knows the device by what it says of itself, and the network again', async () => {
    const { ports, stored } = registry();
    const client = { network: '192.0.2.1', device: 'Firefox on Linux' };
    await register.handle(testContext({ ports, client }), testEvent(account));
    expect(stored[1]).to.include({ device: 'Firefox on Linux', network: 'digest of 192.0.2.1' });
  });

  it('hashes a password as it is normalized, and a name without the space around it', async () => {
    const { ports, stored } = registry();
    const event = testEvent({ ...account, password: 'cafe\u0301 by the canal', displayName: '  Ann\u00a0' });
    await register.handle(testContext({ ports }), event);
    expect(stored[0]).to.include({ passwordHash: 'hash of caf\u00e9 by the canal', displayName: 'Ann' });
  });

  for (const [path, change] of [
    ['/password', { password: 'iloveyou' }],
    ['/password', { password: 'ann@example.com' }],
    ['/password', { password: 'Ann Lee 1' }],
    ['/password', { password: 'e\u0301'.repeat(5) }],
    ['/displayName', { displayName: '\u3164' }],
  ] as const) {
    it(`refuses ${JSON.stringify(change)}, naming ${path}, and stores nothing`, async () => {
      const { ports, stored } = registry();
      const failure = await failureOf(() =>
        register.handle(testContext({ ports }), testEvent({ ...account, ...change })),
      );
      expect(failure.code).to.equal('invalid');
      expect(failure.errors?.map(error => error.path)).to.deep.equal([path]);
      expect(stored).to.deep.equal([]);
    });
  }

  for (const mode of ['invite', 'closed'] as const) {
    it(`is forbidden to all but the first when signing up is ${mode}, without the work of a hash`, async () => {
      const { ports, stored } = registry(mode, false);
      const passwords = { ...ports.passwords, hash: () => expect.fail('it hashed') };
      const context = testContext({ ports: { ...ports, passwords } });
      const failure = await failureOf(() => register.handle(context, testEvent(account)));
      expect(failure.code).to.equal('forbidden');
      expect(failure.message).to.match(mode === 'invite' ? /needs an invitation/ : /is closed/);
      expect(stored).to.deep.equal([]);
    });

    it(`is open to the first when signing up is ${mode}, and to no second at the same moment`, async () => {
      const { ports, stored } = registry(mode);
      let free = true;
      const createFirst: typeof ports.users.createFirst = async user => {
        const first = free;
        free = false;
        return first ? ports.users.create(user) : undefined;
      };
      const context = testContext({ ports: { ...ports, users: { ...ports.users, createFirst } } });
      expect(await register.handle(context, testEvent(account))).to.include({ status: 'created' });
      const second = await failureOf(() => register.handle(context, testEvent({ ...account, email: 'b@example.org' })));
      expect(second.code).to.equal('forbidden');
      expect(stored, 'one account and its session').to.have.length(2);
    });
  }

  it('takes an address and a password, and nothing that it does not know', () => {
    const { email, password } = account;
    expect(Value.Check(register.input, { email, password })).to.equal(true);
    expect(Value.Check(register.input, account)).to.equal(true);
    for (const bad of [{}, { email }, { password }, { ...account, admin: true }, { ...account, username: 'a b' }]) {
      expect(Value.Check(register.input, bad), JSON.stringify(bad)).to.equal(false);
    }
  });
});
