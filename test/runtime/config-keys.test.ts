/** The keys that sign tokens, and those whose tokens are good as well. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readConfig } from '../support/config.js';
import { configured, faultOf, SECRET } from './configured.js';

describe('the configuration', () => {
  const the = configured();

  it('tells an operator whose key is not there yet what to do, in one line', () => {
    const fault = faultOf('gateway', { ...the.whole, JWT_PRIVATE_KEY_PATH: join(the.folder, 'not-yet.pem') });
    expect(fault).to.match(/^JWT_PRIVATE_KEY_PATH: cannot be read \(ENOENT\): make one with `openssl [^\n]+$/);
  });

  for (const [what, content] of [
    ['nothing', ''],
    ['garbage', SECRET],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
    [
      'another curve',
      generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
  ] as const) {
    it(`refuses ${what} as the key, and says what is wrong with it`, () => {
      const path = join(the.folder, 'bad.pem');
      writeFileSync(path, content);
      const fault = faultOf('gateway', { ...the.whole, JWT_PRIVATE_KEY_PATH: path });
      expect(fault).to.match(/^JWT_PRIVATE_KEY_PATH: holds .*: make one with `openssl [^\n]+$/);
      expect(fault).not.to.contain(SECRET);
    });
  }

  it('does not advise to make a key that is there and may not be read', () => {
    const path = join(the.folder, 'closed.pem');
    writeFileSync(path, SECRET, { mode: 0o000 });
    for (const name of ['JWT_PRIVATE_KEY_PATH', 'JWT_PUBLIC_KEYS_PATH']) {
      const fault = asNobody(() => faultOf('all', { [name]: path }));
      expect(fault).to.equal(`${name}: cannot be read (EACCES): let the user that this runs as read it`);
    }
  });

  describe('of keys whose tokens are good as well', () => {
    const publicPem = (namedCurve = 'prime256v1') =>
      generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const inFolder = (files: Readonly<Record<string, string>>): string => {
      const path = mkdtempSync(join(the.folder, 'keys-'));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
      return path;
    };
    const keysAt = (path: string) =>
      readConfig('gateway', { ...the.whole, JWT_PUBLIC_KEYS_PATH: path }).settings.jwtPublicKeyPems;

    it('takes a file of one or several, and a folder of such files, but hidden ones', () => {
      const [one, two, three] = [publicPem(), publicPem(), publicPem()];
      const path = inFolder({ 'a.pem': one, 'b.pem': `before\n${two}between\n${three}` });
      mkdirSync(join(path, '..2026_11_29'));
      writeFileSync(join(path, '.hidden'), 'nothing of the kind');
      symlinkSync(join(path, 'a.pem'), join(path, 'c.pem'));
      expect(keysAt(join(path, 'a.pem'))).to.deep.equal([one]);
      expect(keysAt(join(path, 'b.pem'))).to.deep.equal([two, three]);
      expect(keysAt(path)).to.deep.equal([one, two, three, one]);
      expect(keysAt(inFolder({}))).to.deep.equal([]);
    });

    it('takes the public half of a private key, as openssl writes it', () => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
      const path = inFolder({ 'key.pem': `${parameters}${privateKey.export({ type: 'sec1', format: 'pem' })}` });
      expect(keysAt(path)).to.deep.equal([publicKey.export({ type: 'spki', format: 'pem' })]);
    });

    for (const [what, content] of [
      ['nothing', ''],
      ['garbage', SECRET],
      ['half a key', publicPem().slice(0, 100)],
      ['a damaged key', publicPem().replace('MFkw', 'MFkk')],
      ['another curve', publicPem('secp384r1')],
      ['one good key and one of another curve', `${publicPem()}${publicPem('secp384r1')}`],
    ] as const) {
      it(`refuses ${what} in a file or a folder, naming the file`, () => {
        const path = inFolder({ 'good.pem': publicPem(), 'odd.pem': content });
        const say = (at: string) => faultOf('gateway', { ...the.whole, JWT_PUBLIC_KEYS_PATH: at });
        expect(say(join(path, 'odd.pem'))).to.match(/^JWT_PUBLIC_KEYS_PATH: holds [^\n]+ `openssl [^\n]+$/);
        expect(say(path))
          .to.match(/^JWT_PUBLIC_KEYS_PATH: odd\.pem holds [^\n]+$/)
          .and.not.contain(SECRET);
      });
    }
  });
});

/** Root may read everything, so that it looks as somebody else. */
function asNobody<Value>(look: () => Value): Value {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return look();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
