/** Access tokens that are accepted, every kind that is not, the keys that are refused, and refresh tokens. */
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import type { Tokens } from '#runtime/contract/ports.js';
import { generateKeyPem, joseTokens } from '#runtime/drivers/jose.js';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const ANN = { userId: 'ann', sessionId: 'session-1' };

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

describe('access tokens', () => {
  let pem: string;
  let tokens: Tokens;
  let token: string;
  before(async () => {
    pem = await generateKeyPem();
    tokens = await joseTokens({ privateKeyPem: pem });
    ({ token } = await tokens.issue(ANN, NOW));
  });

  const header = () => decode(token.split('.')[0]);
  const claims = () => decode(token.split('.')[1]);
  /** A token as this system would sign it, with something about it changed. */
  function forge(changes: { header?: object; claims?: object; key?: string }): string {
    const input = `${encode({ ...header(), ...changes.header })}.${encode({ ...claims(), ...changes.claims })}`;
    const key = createPrivateKey(changes.key ?? pem);
    return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
  async function refused(bad: string, now = NOW): Promise<Error> {
    const failure = await tokens.verify(bad, now).then(
      () => expect.fail('it was accepted'),
      (error: Error) => error,
    );
    expect(failure).to.include({ name: 'Failure', code: 'unauthorized' });
    expect(failure.message).to.match(/^the access token (?:is not valid|has expired)$/);
    return failure;
  }

  it('say who and which session, until when', async () => {
    expect(await tokens.issue(ANN, NOW)).to.have.property('expiresIn', 900);
    expect(await tokens.verify(token, NOW)).to.deep.equal({
      ...ANN,
      expiresAt: Date.parse('2026-01-02T03:19:05.000Z'),
    });
  });

  it('are JWTs with the standard claims, and name their key by its thumbprint', () => {
    const [key] = tokens.jwks().keys as { kid: string }[];
    expect(header()).to.deep.equal({ alg: 'ES256', typ: 'at+jwt', kid: key?.kid });
    const iat = Math.floor(NOW / 1000);
    expect(claims()).to.deep.equal({ sub: 'ann', sid: 'session-1', iat, exp: iat + 900 });
  });

  it('are accepted by another process with the same key, whichever form it has', async () => {
    const sec1 = createPrivateKey(pem).export({ type: 'sec1', format: 'pem' }).toString();
    // As `openssl ecparam -name prime256v1 -genkey` writes it.
    const withParameters = `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`;
    for (const privateKeyPem of [pem, sec1, withParameters]) {
      const other = await joseTokens({ privateKeyPem });
      expect(other.jwks()).to.deep.equal(tokens.jwks());
      expect(await other.verify(token, NOW)).to.include(ANN);
      expect(await tokens.verify((await other.issue(ANN, NOW)).token, NOW)).to.include(ANN);
    }
  });

  it('last as long as they are made to, to the second, whatever the clock of the machine says', async () => {
    const brief = await joseTokens({ privateKeyPem: pem, ttlSeconds: 2 });
    const issued = await brief.issue(ANN, NOW);
    expect(issued.expiresIn).to.equal(2);
    const { expiresAt } = await brief.verify(issued.token, NOW + 1_000);
    expect(await tokens.verify(issued.token, expiresAt - 1)).to.include({ expiresAt });
    expect((await refused(issued.token, expiresAt)).message).to.equal('the access token has expired');
  });

  it('that were accepted before are so until they expire, and not a moment longer', async () => {
    const { token } = await tokens.issue(ANN, NOW);
    const first = await tokens.verify(token, NOW);
    expect(await tokens.verify(token, first.expiresAt - 1)).to.deep.equal(first);
    expect((await refused(token, first.expiresAt)).message).to.equal('the access token has expired');
    const [head, body] = token.split('.');
    await refused(`${head}.${body}.${'A'.repeat(86)}`);
  });

  it('are tried by their forger in vain', async () => {
    expect(await tokens.verify(forge({}), NOW), 'the forge works').to.include(ANN);
    const foreign = await generateKeyPem();
    const [head, body, signature] = token.split('.');
    const flipped = `${signature?.startsWith('A') ? 'B' : 'A'}${signature?.slice(1)}`;
    const bad: Record<string, string> = {
      'a foreign key': forge({ key: foreign }),
      'another kid': forge({ header: { kid: 'other' } }),
      'no kid': forge({ header: { kid: undefined } }),
      'another type': forge({ header: { typ: 'JWT' } }),
      'a critical extension': forge({ header: { crit: ['b64'], b64: false } }),
      'no subject': forge({ claims: { sub: undefined } }),
      'an empty subject': forge({ claims: { sub: '' } }),
      'a subject that is a number': forge({ claims: { sub: 7 } }),
      'no session': forge({ claims: { sid: undefined } }),
      'a session that is a list': forge({ claims: { sid: ['session-1'] } }),
      'no expiry': forge({ claims: { exp: undefined } }),
      'an expiry that is text': forge({ claims: { exp: '9999999999' } }),
      'not yet valid': forge({ claims: { nbf: NOW / 1000 + 60 } }),
      'a changed claim': `${head}.${encode({ ...claims(), sub: 'bob' })}.${signature}`,
      'a changed signature': `${head}.${body}.${flipped}`,
      'no signature': `${head}.${body}.`,
      'a signature of zeros': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
      'a part too few': `${head}.${body}`,
      'a part too many': `${token}.${signature}`,
      'space around it': ` ${token} `,
      'no JSON': `${Buffer.from('{').toString('base64url')}.${body}.${signature}`,
      nothing: '',
      garbage: '\u0000☂.☂.☂',
      'much garbage': 'a.'.repeat(100_000),
    };
    for (const [what, forged] of Object.entries(bad)) {
      await refused(forged).catch(error => expect.fail(`${what}: ${error.message}`));
    }
  });

  it('are not to be had unsigned, nor signed with what everybody knows', async () => {
    const unsigned = `${encode({ ...header(), alg: 'none' })}.${encode(claims())}.`;
    await refused(unsigned);
    await refused(`${unsigned}${token.split('.')[2]}`);
    const publicKey = createPublicKey(pem);
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(tokens.jwks().keys[0]),
    ];
    for (const secret of secrets) {
      const input = `${encode({ ...header(), alg: 'HS256' })}.${encode(claims())}`;
      await refused(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`);
    }
  });

  it('name their issuer and whom they are for when there are such, and are refused without either', async () => {
    const names = { issuer: 'https://chat.example', audience: 'chat' };
    const issuing = await joseTokens({ privateKeyPem: pem, ...names });
    const issued = await issuing.issue(ANN, NOW);
    const all = decode(issued.token.split('.')[1]);
    expect(all).to.include({ iss: names.issuer, aud: names.audience });
    expect(await issuing.verify(issued.token, NOW)).to.include(ANN);
    for (const change of [{}, { iss: all.iss }, { aud: all.aud }, { ...all, iss: 'else' }, { ...all, aud: 'else' }]) {
      const failure = await issuing.verify(forge({ claims: change }), NOW).catch(error => error);
      expect(failure, JSON.stringify(change)).to.include({ code: 'unauthorized' });
    }
    expect(await issuing.verify(forge({ claims: { ...all, aud: ['else', 'chat'] } }), NOW)).to.include(ANN);
  });

  it('are refused when they come from the future, but for what clocks differ by', async () => {
    const iat = Math.floor(NOW / 1000);
    expect(await tokens.verify(forge({ claims: { iat: iat + 4 } }), NOW)).to.include(ANN);
    for (const ahead of [7, 60, 86_400]) await refused(forge({ claims: { iat: iat + ahead, exp: iat + 90_000 } }));
    for (const iat of ['now', null, Number.MAX_VALUE]) await refused(forge({ claims: { iat } }));
  });

  it('are good by any of the keys that are told, while one signs: the key is replaced and nobody signed out', async () => {
    const publicOf = (key: string) => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    const young = await generateKeyPem();
    const next = await joseTokens({ privateKeyPem: young, publicKeyPems: [publicOf(pem), publicOf(young)] });
    expect(await next.verify(token, NOW)).to.include(ANN);
    const kids = (all: Tokens) => (all.jwks().keys as { kid: string }[]).map(({ kid }) => kid);
    expect(kids(next)).to.have.length(2).and.to.include(kids(tokens)[0]);
    const issued = await next.issue(ANN, NOW);
    expect(decode(issued.token.split('.')[0]).kid)
      .to.equal(kids(next)[0])
      .and.not.to.equal(kids(tokens)[0]);
    await refused(issued.token);
    const ahead = await joseTokens({ privateKeyPem: pem, publicKeyPems: [publicOf(young)] });
    expect(await ahead.verify(issued.token, NOW), 'told before it signs').to.include(ANN);
    const mixed = forge({ header: { kid: kids(next)[0] } });
    const failure = await next.verify(mixed, NOW).catch(error => error);
    expect(failure, 'the one key, and the name of the other').to.include({ code: 'unauthorized' });
    const after = await joseTokens({ privateKeyPem: young });
    expect(await after.verify(token, NOW).catch(error => error)).to.include({ code: 'unauthorized' });
  });

  it('are checked with public keys that give nothing private away', () => {
    const [key, ...more] = tokens.jwks().keys;
    expect(more).to.deep.equal([]);
    expect(key).to.have.all.keys('kty', 'crv', 'x', 'y', 'kid', 'alg', 'use');
    expect(key).to.include({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
  });
});

describe('the key of access tokens', () => {
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const damaged = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n';
  const wrong: [string, () => string | Buffer, RegExp][] = [
    ['on another curve', () => ec('secp384r1').privateKey.export(pkcs8), /curve secp384r1; ES256 needs P-256/],
    ['on a curve that looks like it', () => ec('secp256k1').privateKey.export(pkcs8), /curve secp256k1/],
    ['of RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pkcs8), /type rsa; ES256/],
    ['of Ed25519', () => generateKeyPairSync('ed25519').privateKey.export(pkcs8), /type ed25519; ES256/],
    ['that is public', () => ec('P-256').publicKey.export({ type: 'spki', format: 'pem' }), /no private key/],
    [
      'that is encrypted',
      () => ec('P-256').privateKey.export({ ...pkcs8, cipher: 'aes-128-cbc', passphrase: 'x' }),
      /encrypted; it must be stored without a passphrase/,
    ],
    [
      'that is encrypted the old way',
      () => ec('P-256').privateKey.export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }),
      /encrypted; it must be stored without a passphrase/,
    ],
    ['that is damaged', () => damaged, /damaged/],
    ['that is something else', () => 'hello', /no private key in PEM form/],
    ['that is empty', () => '', /no private key in PEM form/],
  ];
  for (const [what, make, why] of wrong) {
    it(`is refused when it is one ${what}`, async () => {
      const privateKeyPem = make().toString();
      const error: Error = await joseTokens({ privateKeyPem }).then(
        () => expect.fail('it was accepted'),
        error => error,
      );
      expect(error.message).to.match(why).and.not.contain('MI');
    });
  }

  it('is a new one each time it is made', async () => {
    const [one, two] = [await generateKeyPem(), await generateKeyPem()];
    expect(one).to.match(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(one).not.to.equal(two);
  });
});

describe('refresh tokens', () => {
  let tokens: Tokens;
  before(async () => {
    tokens = await joseTokens({ privateKeyPem: await generateKeyPem() });
  });

  it('are 256 random bits, URL-safe, never the same', () => {
    const made = Array.from({ length: 1_000 }, () => tokens.refreshToken());
    for (const token of made) expect(token).to.match(/^[\w-]{43}$/);
    expect(new Set(made)).to.have.property('size', 1_000);
  });

  it('are stored as their SHA-256', () => {
    expect(tokens.digest('abc')).to.equal('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
