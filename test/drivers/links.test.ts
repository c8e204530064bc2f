/** Signed links, and what is none. */
import { createPublicKey } from 'node:crypto';
import { expect } from 'chai';
import { generateKeyPem, joseTokens } from '#runtime/drivers/jose.js';
import { signedLinks } from '#runtime/drivers/jose-links.js';

const NOON = Date.UTC(2026, 0, 2, 12);
const link = { subject: 'picture', holder: 'ann' };

describe('signed links', () => {
  const ttlSeconds = 300;
  const issuer = 'test';
  let privateKeyPem: string;
  before(async () => {
    privateKeyPem = await generateKeyPem();
  });
  const links = () => signedLinks({ privateKeyPem, ttlSeconds, issuer });

  it('say what they are to and whose, to every process with the key, until they end', async () => {
    const { token, expiresAt } = await (await links()).issue(link, NOON);
    expect(token).to.match(/^[\w.-]{1,1000}$/);
    expect(expiresAt).to.equal(NOON + 300_000);
    const other = await links();
    for (const at of [NOON, NOON + 299_000]) expect(await other.read(token, at)).to.deep.equal(link);
    for (const at of [NOON + 300_000, NOON - 6_000])
      expect(await other.read(token, at), String(at)).to.equal(undefined);
  });

  it('are good after another key signs, where the former one is known', async () => {
    const { token } = await (await links()).issue(link, NOON);
    const publicKeyPems = [createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString()];
    const next = { privateKeyPem: await generateKeyPem(), ttlSeconds, issuer };
    expect(await (await signedLinks({ ...next, publicKeyPems })).read(token, NOON)).to.deep.equal(link);
    expect(await (await signedLinks(next)).read(token, NOON)).to.equal(undefined);
  });

  it('are no access tokens, and access tokens are no links', async () => {
    const tokens = await joseTokens({ privateKeyPem, issuer });
    const { token: access } = await tokens.issue({ userId: 'ann', sessionId: 's1' }, NOON);
    expect(await (await links()).read(access, NOON)).to.equal(undefined);
    const { token } = await (await links()).issue(link, NOON);
    const thrown = await tokens.verify(token, NOON).catch(({ code }) => code);
    expect(thrown).to.equal('unauthorized');
  });

  it('are not read where they were changed, or by whom they were not issued', async () => {
    const { token } = await (await links()).issue(link, NOON);
    const [head, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'other', holder: 'ann', iss: issuer, iat: 1, exp: 4e9 }));
    for (const bad of ['', 'x', `${head}.${claims.toString('base64url')}.${signature}`]) {
      expect(await (await links()).read(bad, NOON), bad).to.equal(undefined);
    }
    const others = await signedLinks({ privateKeyPem, ttlSeconds, issuer: 'somebody' });
    expect(await others.read(token, NOON)).to.equal(undefined);
  });
});
