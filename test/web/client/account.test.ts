/** A refresh token is exchanged once, whoever of those who share it asks, and a session that has ended is forgotten. */
import { expect } from 'chai';
import { type Account, createAccount } from '../../../web/client/account.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { Rest } from '../../../web/client/rest.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { fakeClock, settled } from '../support/fake-clock.js';

const user = { id: 'ann', email: 'ann@example.org', username: 'ann', displayName: 'Ann', createdAt: '' };
const grant = (count: number) => ({ accessToken: `access-${count}`, refreshToken: `refresh-${count}`, expiresIn: 900 });

describe('account of a client', () => {
  function stage() {
    const clock = fakeClock();
    const storage = memoryStorage();
    const the = { rotations: 0, ended: false, revoked: new Set<string>(), calls: [] as string[] };
    /** A server with one session, which ends when a refresh token comes twice. */
    const rest: Rest = async <Reply>(method: string, path: string, call = {}) => {
      const { body, token } = call as { body?: { refreshToken?: string }; token?: string };
      the.calls.push(`${method} ${path}`);
      await settled();
      if (path === '/v1/auth/login') return { user, ...grant(the.rotations) } as Reply;
      if (path === '/v1/auth/refresh') {
        if (the.ended || body?.refreshToken !== `refresh-${the.rotations}`) {
          the.ended = true;
          throw new Refusal('unauthorized', 'used twice');
        }
        the.rotations += 1;
        return grant(the.rotations) as Reply;
      }
      if (the.ended || the.revoked.has(token ?? '')) throw new Refusal('unauthorized', 'not good');
      return { with: token } as Reply;
    };
    const tab = (): Account => createAccount({ rest, clock, storage: storage.share() });
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
    expect(storage.keys()).to.deep.equal([]);
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
