/** Tokens that this system did not issue, or that are over: refused over REST, at the socket's door and when renewing. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { expiring, hmacSigned, open, resign, unsigned } from '../../support/forgery.js';
import { connect, Refused } from '../../support/live.js';
import { request } from '../../support/rest.js';
import { type Scene, scene } from './scene.js';
import { type Witness, witness } from './witness.js';

type Forger = (token: string, key: string, keys: { keys: object[] }) => string;

const foreignKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = (key: string) => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

const FORGERIES: Record<string, Forger> = {
  'a token that is over': (token, key) => expiring(token, key, -1),
  'an unsigned token': token => unsigned(token),
  'an unsigned token with the signature left on': token => `${unsigned(token)}${token.split('.')[2]}`,
  'a token signed HS256 with the public key': (token, key) => hmacSigned(token, publicPem(key)),
  'a token signed HS256 with the published key set': (token, _key, keys) =>
    hmacSigned(token, JSON.stringify(keys.keys[0])),
  'a token signed with a foreign key': token => resign(token, foreignKey()),
  'a token whose user was exchanged': token => {
    const [header, , signature] = token.split('.');
    const claims = { ...open(token).claims, sub: '00000000-0000-7000-8000-000000000000' };
    return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  },
  'a token without end': (token, key) => resign(token, key, { exp: undefined }),
  'a token of nobody': (token, key) => resign(token, key, { sub: undefined }),
  'a token from the future': (token, key) =>
    resign(token, key, { iat: Math.floor(Date.now() / 1000) + 60, exp: Math.floor(Date.now() / 1000) + 900 }),
  'a token that names no issuer': (token, key) => resign(token, key, { iss: undefined }),
  'a token for somebody else': (token, key) => resign(token, key, { aud: 'another system' }),
  'a token with its signature cut off': token => token.slice(0, token.lastIndexOf('.') + 1),
  'a token of three dots': () => '...',
  'an empty token': () => '',
};

export function badTokens(the: () => Deployment): void {
  describe('bad tokens', () => {
    let here: Scene;
    let bystanders: Witness;
    let keys: { keys: object[] };

    before(async () => {
      [here, bystanders] = await Promise.all([scene(the()), witness(the())]);
      keys = (await request<typeof keys>(the().gateways[0], 'GET', '/.well-known/jwks.json')).body;
    });

    after(async () => {
      await bystanders.undisturbed();
      here.ann.leave();
      bystanders.leave();
    });

    const expectRefused = (gateway: string, token: unknown) =>
      connect(gateway, token).then(
        live => {
          live.close();
          expect.fail('the connection was accepted');
        },
        error => expect(error).to.be.instanceOf(Refused).with.deep.property('data', { code: 'unauthorized' }),
      );

    for (const [what, forge] of Object.entries(FORGERIES)) {
      it(`${what} opens nothing`, async () => {
        const forged = forge(here.ann.accessToken, the().signingKey, keys);
        for (const gateway of the().gateways) {
          const answer = await request(gateway, 'GET', '/v1/users/me', { token: forged });
          expect(answer.status).to.equal(401);
          expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
          await expectRefused(gateway, forged);
        }
        const renewal = await here.live.emit('auth:renew', { token: forged });
        expect(renewal).to.have.nested.property('error.code').that.is.oneOf(['unauthorized', 'invalid']);
      });
    }

    it('of other types open no socket', async () => {
      for (const token of [undefined, null, 7, {}, ['x'], 'x'.repeat(10_000)]) {
        await expectRefused(the().gateways[0], token);
      }
    });

    it('of more than who has not signed in may send cost their sender the connection', async () => {
      const sent = connect(the().gateways[0], 'x'.repeat(100_000)).then(
        live => live.close(),
        error => error,
      );
      expect(await sent)
        .to.be.instanceOf(Error)
        .with.property('message', 'closed: transport close');
      expect(await here.live.emit('presence:get', { userIds: [] })).to.have.property('ok', true);
    });

    it('in other schemes open nothing', async () => {
      for (const authorization of ['Basic YTpi', 'Bearer', `bearer ${here.ann.accessToken} x`, here.ann.accessToken]) {
        const answer = await request(the().gateways[0], 'GET', '/v1/users/me', { headers: { authorization } });
        expect(answer.status, authorization.slice(0, 12)).to.equal(401);
      }
    });
  });
}
