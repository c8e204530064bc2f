/** Strangers at the door of one process that needs no server: what they do harms nobody else's account. */
import { expect } from 'chai';
import { type Deployment, embedded } from '../support/deployment.js';
import { PASSWORD, type SignedIn } from '../support/people.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';

const HOME = '198.51.100.7';

describe('strangers at the door', () => {
  let deployment: Deployment;
  const the = () => deployment;
  const post = <Body>(path: string, body: object, address: string, headers = {}) =>
    request<Body>(the().gateways[0], 'POST', path, { body, headers: { 'x-forwarded-for': address, ...headers } });
  const signUp = async (name: string, more: object = {}, address = HOME) => {
    const body = { email: `${name}@example.org`, password: PASSWORD, username: name, ...more };
    return post<SignedIn>('/v1/auth/register', body, address, { 'user-agent': 'okhttp/4.12.0' });
  };
  const signIn = async (name: string, password: string, address: string) =>
    (await post('/v1/auth/login', { email: `${name}@example.org`, password }, address)).status;

  before(async () => {
    deployment = await embedded({ RATE_LIMIT: 'on', TRUST_PROXY: '127.0.0.1, ::1', REGISTRATION: 'open' });
  });
  showOnFailure(the);
  after(() => deployment?.stop());

  it('guess at a password, and only they are stopped', async () => {
    await signUp('ann');
    for (let n = 0; n < 20; n++) expect(await signIn('ann', `guess ${n}`, '203.0.113.1')).to.equal(401);
    expect(await signIn('ann', PASSWORD, '203.0.113.1'), 'who guessed').to.equal(429);
    expect(await signIn('ann', PASSWORD, '203.0.113.2'), 'who did not').to.equal(200);
    expect(await signIn('ann', PASSWORD, HOME)).to.equal(200);
  });

  it('guess from the same address as the owner, whose own device lets them in all the same', async () => {
    const { body: phone } = await signUp('bob');
    const { body: other } = await signUp('bea');
    await request(the().gateways[0], 'POST', '/v1/auth/logout', { token: phone.accessToken });
    for (let n = 0; n < 20; n++) expect(await signIn('bob', `guess ${n}`, HOME)).to.equal(401);
    expect(await signIn('bob', PASSWORD, HOME), 'a device that nobody knows').to.equal(429);
    const signInOn = async (refreshToken: string, password = PASSWORD) =>
      (await post('/v1/auth/login', { email: 'bob@example.org', password, refreshToken }, HOME)).status;
    expect(await signInOn(phone.refreshToken)).to.equal(200);
    expect(await signInOn(other.refreshToken), 'a device of somebody else').to.equal(429);
    for (let n = 0; n < 20; n++) expect(await signInOn(phone.refreshToken, `guess ${n}`)).to.equal(401);
    expect(await signInOn(phone.refreshToken), 'whoever has the device guesses no more than others').to.equal(429);
  });

  it('edit one message without an end, and may edit the others', async () => {
    const { body } = await signUp('eda');
    const { body: mate } = await signUp('edb');
    const call = <Body>(method: string, path: string, rest: object) =>
      request<Body>(the().gateways[0], method, path, { token: body.accessToken, body: rest });
    const memberIds = [mate.user.id];
    const made = await call<{ chat: { id: string } }>('POST', '/v1/chats', {
      type: 'group',
      title: 'Edits',
      memberIds,
    });
    const path = `/v1/chats/${made.body.chat.id}/messages`;
    for (const clientId of ['one', 'two']) await call('POST', path, { clientId, body: 'said' });
    const edit = async (seq: number, n: number) =>
      (await call('PATCH', `${path}/${seq}`, { clientId: `${seq}/${n}`, body: `take ${n}` })).status;
    const edits = await Promise.all(Array.from({ length: 100 }, (_, n) => edit(1, n)));
    // 202: taken, and not carried out within the time that an answer waits for.
    expect(edits.filter(status => ![200, 202].includes(status))).to.deep.equal(Array(70).fill(429));
    expect(await edit(2, 0)).to.be.oneOf([200, 202]);
  });

  it('bring junk as access tokens, and good ones from the same address count for what they are', async () => {
    const { body } = await signUp('fay');
    const me = (token: string) => {
      const headers = { 'x-forwarded-for': HOME };
      return request(the().gateways[0], 'GET', '/v1/users/me', { token, headers }).then(({ status }) => status);
    };
    const [head, claims] = body.accessToken.split('.');
    const junk = await Promise.all(
      Array.from({ length: 650 }, (_, n) => me(`${head}.${claims}.${'A'.repeat(82)}${n}`)),
    );
    // 401 is what tells a device whose token has ended to ask for another one.
    expect(new Set(junk)).to.deep.equal(new Set([401]));
    expect(await me(body.accessToken)).to.equal(200);
  });

  it('show junk for tokens, and good ones from the same address are exchanged all the same', async () => {
    const { body } = await signUp('cid');
    const show = async (junk: string) => (await post('/v1/auth/refresh', { refreshToken: junk }, HOME)).status;
    const statuses: number[] = [];
    // Where a slow machine takes more than the minute in which these are counted, another round.
    for (let round = 0; round < 4 && !statuses.includes(429); round++) {
      statuses.push(...(await Promise.all(Array.from({ length: 605 }, (_, n) => show(`junk ${round} ${n}`)))));
    }
    expect(new Set(statuses)).to.deep.equal(new Set([401, 429]));
    expect(statuses.filter(status => status === 401)).to.have.length.of.at.least(600);
    const { status } = await post('/v1/auth/refresh', { refreshToken: body.refreshToken }, HOME);
    expect(status).to.equal(200);
  });

  it('are called as their devices describe themselves', async () => {
    const { body } = await signUp('dee');
    const { sessions } = (
      await request<{ sessions: { device: string }[] }>(the().gateways[0], 'GET', '/v1/auth/sessions', {
        token: body.accessToken,
      })
    ).body;
    expect(sessions.map(({ device }) => device)).to.deep.equal(['okhttp']);
  });

  it('are told which password and which name will not do, and why', async () => {
    const refused = async (name: string, more: object) => {
      const { status, body } = await signUp(name, more);
      const { detail, errors } = body as unknown as { detail: string; errors: { path: string }[] };
      expect(status).to.equal(400);
      return `${errors[0]?.path}: ${detail}`;
    };
    expect(await refused('eve', { password: 'iloveyou' })).to.match(/^\/password: the password is one of those/);
    expect(await refused('evelynn', { password: 'Evelynn1' })).to.match(/^\/password: .* your own name/);
    expect(await refused('eve', { displayName: '\u3164' })).to.equal(
      '/displayName: the display name must show something',
    );
  });
});

describe('a door that is closed', () => {
  let deployment: Deployment;
  before(async () => {
    deployment = await embedded({ REGISTRATION: 'closed' });
  });
  showOnFailure(() => deployment);
  after(() => deployment?.stop());

  it('is open to the first who comes, one of several at once, and to nobody after', async () => {
    const signUp = (n: number) => {
      const body = { email: `p${n}@example.org`, password: PASSWORD };
      return request<{ detail?: string }>(deployment.gateways[0], 'POST', '/v1/auth/register', { body });
    };
    const statuses = (await Promise.all([1, 2, 3, 4].map(signUp))).map(({ status }) => status);
    expect(statuses.toSorted()).to.deep.equal([201, 403, 403, 403]);
    const { status, body } = await signUp(5);
    expect(status).to.equal(403);
    expect(body.detail).to.equal('signing up is closed here: ask those who run this server for an account');
  });
});
