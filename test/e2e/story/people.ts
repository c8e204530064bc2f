/** People sign up, sign in and find each other; nobody learns an e-mail address that way. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Deployment } from '../../support/deployment.js';
import { open } from '../../support/forgery.js';
import { group, PASSWORD, type Person, type SignedIn, signUp } from '../../support/people.js';
import { request } from '../../support/rest.js';
import type { Problem } from '../../support/shapes.js';

const ISO_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function people(the: () => Deployment): void {
  describe('people', () => {
    let ann: Person;
    let ben: Person;
    let cem: Person;

    before('three people sign up, on both gateways', async () => {
      const [one, two] = the().gateways;
      [ann, ben, cem] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben'), signUp(one, 'Cem')]);
    });

    it('see themselves as they signed up', async () => {
      const { status, body } = await ann.call<SignedIn['user']>('GET', '/v1/users/me');
      expect(status).to.equal(200);
      expect(body).to.deep.equal(ann.user);
      expect(body).to.have.all.keys('id', 'email', 'username', 'displayName', 'createdAt');
      expect(body.createdAt).to.match(ISO_MS);
    });

    it('change the name that others see', async () => {
      const changed = await cem.call<SignedIn['user']>('PATCH', '/v1/users/me', { displayName: 'Cem the Second' });
      expect(changed.status).to.equal(200);
      expect(changed.body).to.deep.equal({ ...cem.user, displayName: 'Cem the Second' });
      expect((await cem.call('GET', '/v1/users/me')).body).to.deep.equal(changed.body);
    });

    it('sign in again on the other gateway, with the right password only', async () => {
      const login = (password: string, email = ann.email) =>
        request<SignedIn>(the().gateways[1], 'POST', '/v1/auth/login', { body: { email, password } });
      const right = await login(PASSWORD);
      expect(right.status).to.equal(200);
      expect(right.body).to.have.all.keys('user', 'accessToken', 'refreshToken', 'expiresIn');
      expect(right.body.user).to.deep.equal(ann.user);
      const wrong = await login('not the password');
      const nobody = await login(PASSWORD, `nobody-${ann.email}`);
      expect([wrong.status, nobody.status]).to.deep.equal([401, 401]);
      expect(wrong.headers.get('content-type')).to.match(/^application\/problem\+json/);
      expect(wrong.body, 'the answer does not tell whether the address is known').to.deep.equal(nobody.body);
    });

    it('cannot take an address or a user name twice, whatever its case', async () => {
      const register = (body: object) =>
        request<Problem>(the().gateways[1], 'POST', '/v1/auth/register', { body: { password: PASSWORD, ...body } });
      const address = await register({ email: ann.email.toUpperCase() });
      expect(address.status).to.equal(409);
      expect(address.body.errors?.map(error => error.path)).to.deep.equal(['/email']);
      const name = await register({ email: `other-${ann.email}`, username: ann.username });
      expect(name.status).to.equal(409);
      expect(name.body.errors?.map(error => error.path)).to.deep.equal(['/username']);
    });

    it('get a user name and a display name when they choose none', async () => {
      const body = { email: `plain-${ann.email}`, password: PASSWORD };
      const answer = await request<SignedIn>(the().gateways[0], 'POST', '/v1/auth/register', { body });
      expect(answer.status).to.equal(201);
      expect(answer.body.user.username).to.be.a('string').that.is.not.empty;
      expect(answer.body.user.displayName).to.be.a('string').that.is.not.empty;
    });

    it('find each other by user name and display name, never by e-mail', async () => {
      const find = async (query: string) => {
        const path = `/v1/users?query=${encodeURIComponent(query)}`;
        const answer = await ann.call<{ users: Record<string, string>[] }>('GET', path);
        expect(answer.status).to.equal(200);
        return answer.body.users;
      };
      const asFound = { id: ben.id, username: ben.username, displayName: 'Ben' };
      expect(await find(ben.username)).to.deep.equal([asFound]);
      expect(await find(ben.username.slice(0, -2).toUpperCase())).to.deep.include(asFound);
      expect((await find('cem the second')).map(user => user.id)).to.include(cem.id);
      expect(await find(ben.email)).to.deep.equal([]);
      expect(await find('example.org')).to.deep.equal([]);
    });

    it('learn the names of those whom they share a chat with, hundreds at once, and of nobody else', async () => {
      const named = async (asker: Person, ids: readonly string[]) =>
        (await asker.call<{ users: { id: string }[] }>('GET', `/v1/users?ids=${ids.join()}`)).body.users;
      await group(ann, [ben]);
      const many = Array.from({ length: 498 }, () => randomUUID());
      const shown = { id: ben.id, username: ben.username, displayName: 'Ben' };
      expect(await named(ann, [...many, cem.id, ben.id])).to.deep.equal([shown]);
      expect(await named(cem, [ann.id, ben.id])).to.deep.equal([]);
    });

    it('hold tokens that anybody can verify with the published keys', async () => {
      for (const gateway of the().gateways) {
        const keys = createRemoteJWKSet(new URL(`${gateway}/.well-known/jwks.json`));
        const { payload, protectedHeader } = await jwtVerify(ann.accessToken, keys, { algorithms: ['ES256'] });
        expect(payload.sub).to.equal(ann.id);
        expect(protectedHeader.kid).to.be.a('string');
        expect(payload.exp! - payload.iat!).to.equal(900);
      }
      expect(ann.expiresIn).to.equal(900);
      expect(open(ann.accessToken).claims, 'no personal data in a token').to.not.have.any.keys('email', 'displayName');
      const published = await request<{ keys: object[] }>(the().gateways[0], 'GET', '/.well-known/jwks.json');
      for (const key of published.body.keys) expect(key).to.not.have.any.keys('d', 'p', 'q');
    });

    it('are told by GET / what this is', async () => {
      const answer = await request<string>(the().gateways[0], 'GET', '/');
      expect(answer.status).to.equal(200);
      expect(answer.body).to.match(/telegram/i);
    });
  });
}
