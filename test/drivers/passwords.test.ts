/** Passwords: what is kept of them, who gets in, and what a burst of sign-ins costs. */
import { expect } from 'chai';
import { login } from '#functions/auth/login.js';
import { argon2Passwords } from '#runtime/drivers/argon2.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../support/failure.js';
import { somePorts } from '../support/ports.js';

describe('passwords', () => {
  const passwords = argon2Passwords();

  it('are kept as argon2id at the recommended cost, salted', async () => {
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one)
      .to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      .and.not.contain('horse');
    expect(one).not.to.equal(two);
  });

  it('let in who has the right one, to the last character and byte', async () => {
    const long = `${'pässwörd ☂ '.repeat(100)}`;
    for (const password of ['correct horse', '', ' ', 'nul\u0000nul', long]) {
      const hash = await passwords.hash(password);
      expect(await passwords.verify(hash, password)).to.equal(true);
      expect(await passwords.verify(hash, `${password}x`)).to.equal(false);
    }
    expect(await passwords.verify(await passwords.hash('nul\u0000a'), 'nul\u0000b')).to.equal(false);
  });

  it('are hashed a few at a time, however many come, and none is lost', async () => {
    const narrow = argon2Passwords({ concurrency: 1, maxWaiting: 4 });
    const finished: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4].map(async n => {
        await narrow.hash('x');
        finished.push(n);
      }),
    );
    expect(finished, 'one after the other').to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('are refused, not piled up, when too many wait', async () => {
    const narrow = argon2Passwords({ concurrency: 1, maxWaiting: 2 });
    const settled = await Promise.allSettled([1, 2, 3, 4].map(() => narrow.verify(undefined, 'x')));
    expect(settled.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    const [, , , last] = settled;
    expect(last).to.have.property('reason').that.includes({ name: 'Failure', code: 'unavailable' });
    expect(await narrow.verify(undefined, 'x'), 'the queue moves on').to.equal(false);
  });

  it('leave the queue as it was when a stored hash is damaged', async () => {
    const narrow = argon2Passwords({ concurrency: 1 });
    const damaged = await narrow.verify('not a hash', 'x').catch(error => error);
    expect(damaged).to.be.an('error');
    expect(await narrow.verify(undefined, 'x')).to.equal(false);
  });
});

describe('the time that a refused sign-in takes', () => {
  const passwords = argon2Passwords();

  /** The fastest of several is what the work costs; the rest is what else the machine had to do. */
  async function costOf(work: () => Promise<unknown>): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < 7; n++) {
      const started = performance.now();
      await work();
      times.push(performance.now() - started);
    }
    return Math.min(...times);
  }

  it('is that of a hash, whether there is nobody of that address or the password is wrong', async () => {
    const passwordHash = await passwords.hash('correct horse');
    const profile = { id: uuid(2), email: 'ann@example.org', username: 'ann', displayName: 'Ann', createdAt: '' };
    const context = testContext({
      ports: somePorts({
        users: {
          credentials: async email => (email === profile.email ? { profile, passwordHash } : undefined),
        },
        passwords,
      }),
    });
    const refused = async (email: string) => {
      const failure = await failureOf(() => login.handle(context, testEvent({ email, password: 'wrong' })));
      expect([failure.code, failure.message]).to.deep.equal([
        'unauthorized',
        'the e-mail address or the password is wrong',
      ]);
    };
    const hash = await costOf(() => passwords.hash('correct horse'));
    const [nobody, wrong] = [
      await costOf(() => refused('nobody@example.org')),
      await costOf(() => refused('ann@example.org')),
    ];
    expect(nobody, `nobody: ${nobody} ms, a hash: ${hash} ms`).to.be.above(hash / 2);
    expect(wrong, `a wrong password: ${wrong} ms, a hash: ${hash} ms`).to.be.above(hash / 2);
    expect(nobody / wrong).to.be.within(1 / 3, 3);
  });
});
