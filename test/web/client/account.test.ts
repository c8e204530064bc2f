/** A refresh token is exchanged once where those who share it can take turns, and a session that has ended is forgotten. */
import { expect } from 'chai';
import { type Account, createAccount } from '../../../web/client/account.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { Rest } from '../../../web/client/rest.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { fakeClock, settled } from '../support/fake-clock.js';

const user = { id: 'ann', email: 'ann@example.org', username: 'ann', displayName: 'Ann', createdAt: '' };
const grant = (count: number) => ({ accessToken: `access-${count}`, refreshToken: `refresh-${count}`, expiresIn: 900 });

describe('account of a client', () => {
  function stage({ inTurns = true } = {}) {
    const clock = fakeClock();
    const storage = memoryStorage();
    const the = {
      rotations: 0,
      ended: false,
      lost: 0,
      revoked: new Set<string>(),
      calls: [] as string[],
      shown: [] as (string | undefined)[],
      spent: new Set<string>(),
      before: new Map<string, string>(),
    };
    /** A server with one session, which ends when a refresh token comes after its successor was used. */
    const rest: Rest = async <Reply>(method: string, path: string, call = {}) => {
      const { body, token } = call as { body?: { refreshToken?: string }; token?: string };
      the.calls.push(`${method} ${path}`);
      await settled();
      if (path === '/v1/auth/login') the.shown.push(body?.refreshToken);
      if (path === '/v1/auth/login') return { user, ...grant(the.rotations) } as Reply;
      if (path === '/v1/auth/refresh') {
        const shown = body?.refreshToken ?? '';
        if (the.ended || the.spent.has(shown)) {
          the.ended = true;
          throw new Refusal('unauthorized', 'stolen');
        }
        the.spent.add(the.before.get(shown) ?? '');
        the.rotations += 1;
        const given = grant(the.rotations);
        the.before.set(given.refreshToken, shown);
        if (the.lost-- > 0) throw new Refusal('unavailable', 'the answer was lost');
        await settled();
        return given as Reply;
      }
      if (the.ended || the.revoked.has(token ?? '')) throw new Refusal('unauthorized', 'not good');
      return { with: token } as Reply;
    };
    const shared = () =>
      inTurns ? storage.share() : { ...storage.share(), exclusively: <R>(work: () => Promise<R>) => work() };
    const tab = (): Account => createAccount({ rest, clock, storage: shared() });
    return { clock, storage, the, tab };
  }
  const credentials = { email: user.email, password: 'secret' };

  it('uses the access token while it is good, and exchanges it before it ends', async () => {
    const { clock, the, tab } = stage();
    const account = tab();
    await account.signIn(credentials);
    expect(account.user).to.deep.equal(user);
    await clock.pass(800_000);
    expect(await account.token()).to.equal('access-0');
    await clock.pass(95_000);
    expect(await account.token()).to.equal('access-1');
    expect(the.rotations).to.equal(1);
  });

  it('exchanges once for all tabs, however many ask at the same moment', async () => {
    const { clock, the, tab } = stage();
    const tabs = [tab(), tab(), tab()];
    await tabs[0]!.signIn(credentials);
    await clock.pass(900_000);
    const tokens = await Promise.all(tabs.flatMap(each => [each.token(), each.token()]));
    expect(new Set(tokens)).to.deep.equal(new Set(['access-1']));
    expect(the).to.include({ rotations: 1, ended: false });
  });

  it('makes an exchange again whose answer was lost, and stays signed in', async () => {
    const { clock, the, tab } = stage();
    const account = tab();
    await account.signIn(credentials);
    for (let round = 0; round < 3; round += 1) {
      await clock.pass(900_000);
      the.lost = 2;
      for (const _ of [1, 2]) expect(await account.token().catch(thrown => thrown)).to.include({ code: 'unavailable' });
      expect(await account.call('GET', '/v1/things')).to.have.property('with');
    }
    expect(the.ended).to.equal(false);
    expect(account.user).to.deep.equal(user);
  });

  it('signs no tab out where tabs cannot take turns, round after round', async () => {
    const { clock, the, tab } = stage({ inTurns: false });
    const tabs = Array.from({ length: 9 }, tab);
    await tabs[0]!.signIn(credentials);
    for (let round = 0; round < 5; round += 1) {
      await clock.pass(900_000);
      await Promise.all(tabs.map(each => each.call('GET', '/v1/things')));
    }
    expect(the.rotations).to.be.greaterThan(10);
    expect(the.ended).to.equal(false);
    expect(tabs.map(each => each.user)).to.deep.equal(tabs.map(() => user));
  });

  it('goes on with what another tab holds when the server knows its own no more', async () => {
    const { the, tab, storage } = stage({ inTurns: false });
    const account = tab();
    await account.signIn(credentials);
    const renewing = account.renew('access-0');
    const other = { user, ...grant(7), expiresAt: 900_000 };
    storage.set('session', JSON.stringify(other));
    the.spent.add('refresh-0');
    expect(await renewing).to.equal('access-7');
    expect(account.user).to.deep.equal(user);
  });

  it('tries a call once more with another token when the server refuses the first', async () => {
    const { the, tab } = stage();
    const account = tab();
    await account.signIn(credentials);
    the.revoked.add('access-0');
    expect(await account.call('GET', '/v1/things')).to.deep.equal({ with: 'access-1' });
    expect(the.calls.slice(-3)).to.deep.equal(['GET /v1/things', 'POST /v1/auth/refresh', 'GET /v1/things']);
  });

  it('forgets a session that has ended, in all tabs', async () => {
    const { the, tab, storage } = stage();
    const [one, two] = [tab(), tab()];
    let told = 0;
    two.onChange(() => told++);
    await one.signIn(credentials);
    expect(two.user, 'signed in there as well').to.deep.equal(user);
    the.ended = true;
    const refusal = await one.call('GET', '/v1/things').catch(thrown => thrown);
    expect(refusal).to.be.instanceOf(Refusal).that.includes({ code: 'unauthorized' });
    expect([one.user, two.user]).to.deep.equal([undefined, undefined]);
    expect(told).to.be.greaterThan(1);
    expect(storage.keys(), 'but for what shows that this device was one of hers').to.deep.equal(['former']);
    const nobody = await two.token().catch(thrown => thrown);
    expect(nobody).to.include({ code: 'unauthorized' });
  });

  it('stays signed out when an exchange was under way', async () => {
    const { tab } = stage();
    const [one, two] = [tab(), tab()];
    await one.signIn(credentials);
    const renewed = one.renew('access-0');
    await two.signOut();
    await renewed;
    expect(one.user).to.equal(undefined);
  });

  it('shows the token of the session before when it signs in again, in whichever tab', async () => {
    const { the, tab } = stage();
    const account = tab();
    await account.signIn(credentials);
    await account.signOut();
    await tab().signIn(credentials);
    expect(the.shown).to.deep.equal([undefined, 'refresh-0']);
  });

  it('signs out also when nobody answers', async () => {
    const { the, tab } = stage();
    const account = tab();
    await account.signIn(credentials);
    the.ended = true;
    await account.signOut();
    expect(account.user).to.equal(undefined);
  });

  it('keeps another name beside the tokens', async () => {
    const { tab } = stage();
    const account = tab();
    await account.signIn(credentials);
    account.keepUser({ ...user, displayName: 'Annie' });
    expect(account.user?.displayName).to.equal('Annie');
    expect(await account.token()).to.equal('access-0');
  });
});
