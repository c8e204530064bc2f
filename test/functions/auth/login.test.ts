import { expect } from 'chai';
import { Value } from 'typebox/value';
import { login } from '#functions/auth/login.js';
import type { Profile } from '#functions/domain/model.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const profile: Profile = {
  id: uuid(1),
  email: 'ann@example.com',
  username: 'ann',
  displayName: 'Ann',
  createdAt: '2026-01-01T00:00:00.000Z',
};

/** Knows ann, and writes down what was verified and which devices signed in. */
function registry(password = 'right') {
  const verified: (string | undefined)[] = [];
  const devices: (string | null)[] = [];
  const tried: string[] = [];
  const rehashed: unknown[] = [];
  const ports = somePorts({
    users: {
      credentials: async email => (email === profile.email ? { profile, passwordHash: "ann's hash" } : undefined),
      rehash: async (...change) => {
        rehashed.push(change);
      },
    },
    passwords: {
      verify: async (hash, shown) => {
        verified.push(hash);
        tried.push(shown);
        return hash === "ann's hash" && shown === password;
      },
      hash: async shown => `hash of ${shown}`,
    },
    sessions: {
      create: async ({ device }) => {
        devices.push(device);
      },
      knownIn: async (userId, network) => userId === profile.id && network === 'digest of 192.0.2.1',
      knownOn: async (userId, digest) => userId === profile.id && digest === 'digest of former',
    },
    tokens: {
      refreshToken: () => 'refresh',
      digest: token => `digest of ${token}`,
      issue: async ({ userId, sessionId }) => ({ token: `access ${userId} ${sessionId}`, expiresIn: 900 }),
    },
  });
  return { context: testContext({ ports }), ports, verified, devices, tried, rehashed };
}

describe('login', () => {
  it('signs a device in', async () => {
    const { context, devices } = registry();
    const event = testEvent({ email: 'ann@example.com', password: 'right', device: 'phone' });
    expect(await login.handle(context, event)).to.deep.equal({
      reply: {
        user: profile,
        accessToken: `access ${uuid(1)} ${uuid(1001)}`,
        refreshToken: 'refresh',
        expiresIn: 900,
      },
    });
    expect(devices).to.deep.equal(['phone']);
  });

  it('takes the address in any case, and a device without a name', async () => {
    const { context, devices } = registry();
    await login.handle(context, testEvent({ email: 'ANN@Example.com', password: 'right' }));
    expect(devices).to.deep.equal([null]);
  });

  it('answers the same to a wrong password and to an unknown address, after the same work', async () => {
    const { context, verified, devices } = registry();
    const wrong = await failureOf(() => login.handle(context, testEvent({ email: profile.email, password: 'wrong' })));
    const unknown = await failureOf(() =>
      login.handle(context, testEvent({ email: 'bob@example.com', password: 'right' })),
    );
    expect(wrong.code).to.equal('unauthorized');
    expect({ ...unknown }).to.deep.equal({ ...wrong });
    expect(unknown.message).to.equal(wrong.message);
    expect(verified).to.deep.equal(["ann's hash", undefined]);
    expect(devices).to.deep.equal([]);
  });

  it('lets nobody in as an unknown user, whatever the verifier says', async () => {
    const { context } = registry();
    const passwords = { ...context.ports.passwords, verify: async () => true };
    const event = testEvent({ email: 'bob@example.com', password: 'right' });
    const failure = await failureOf(() => login.handle({ ...context, ports: { ...context.ports, passwords } }, event));
    expect(failure.code).to.equal('unauthorized');
  });

  it('takes a password however its accents were typed, and one that was chosen before that was so', async () => {
    const composed = registry('caf\u00e9');
    const typed = testEvent({ email: profile.email, password: 'cafe\u0301' });
    expect(await login.handle(composed.context, typed)).to.have.property('reply');
    expect(composed.tried).to.deep.equal(['caf\u00e9']);

    const before = registry('cafe\u0301');
    expect(await login.handle(before.context, typed)).to.have.property('reply');
    expect(before.tried).to.deep.equal(['caf\u00e9', 'cafe\u0301']);
    expect(before.rehashed).to.deep.equal([[profile.id, "ann's hash", 'hash of caf\u00e9']]);
  });

  it('calls a device as it calls itself, else as it describes itself, and refuses a name that shows nothing', async () => {
    const { ports, devices } = registry();
    const context = testContext({ ports, client: { device: 'Firefox on Linux' } });
    const event = { email: profile.email, password: 'right' };
    await login.handle(context, testEvent(event));
    await login.handle(context, testEvent({ ...event, device: ' phone ' }));
    expect(devices).to.deep.equal(['Firefox on Linux', 'phone']);
    const failure = await failureOf(() => login.handle(context, testEvent({ ...event, device: '\u200b' })));
    expect(failure.errors?.[0]?.path).to.equal('/device');
  });

  it('vouches for an account where it was signed in before, on a device that was, and nowhere else', async () => {
    const { ports } = registry();
    const known = (email: string, network?: string, refreshToken?: string) =>
      login.knownBy?.(
        testContext({ ports, ...(network !== undefined && { client: { network } }) }),
        testEvent({ email, password: 'x', ...(refreshToken !== undefined && { refreshToken }) }),
      );
    expect(await known('ANN@example.com', '192.0.2.1')).to.equal('network');
    expect(await known(profile.email, '192.0.2.2')).to.equal(undefined);
    expect(await known('bob@example.com', '192.0.2.1')).to.equal(undefined);
    expect(await known(profile.email)).to.equal(undefined);
    expect(await known(profile.email, '192.0.2.1', 'former')).to.equal('device');
    expect(await known(profile.email, undefined, 'former')).to.equal('device');
    expect(await known('bob@example.com', '192.0.2.1', 'former'), 'of somebody else').to.equal(undefined);
    expect(await known(profile.email, '192.0.2.1', 'junk')).to.equal('network');
  });

  it('takes a password that would be too short to choose: it is wrong, not malformed', () => {
    const data = { email: profile.email, password: 'x' };
    expect(Value.Check(login.input, data)).to.equal(true);
    expect(Value.Check(login.input, { ...data, device: 'd'.repeat(128) })).to.equal(true);
    for (const bad of [
      { ...data, device: 'd'.repeat(129) },
      { ...data, password: '' },
      { ...data, otp: '1' },
    ]) {
      expect(Value.Check(login.input, bad)).to.equal(false);
    }
  });
});
