/** Keys in files, as the configuration names them. What is wrong is said in words for an operator, never what was read. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAKE_A_KEY = 'make one with `openssl ecparam -name prime256v1 -genkey -noout` and put it there';
const TELL_A_KEY = 'write one with `openssl ec -in KEY -pubout`';

/** The PEM text of a P-256 private key. */
export function readPrivateKey(path: string): string {
  const pem = read(() => readFileSync(path, 'utf8'), MAKE_A_KEY);
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error(`holds no private key in PEM: ${MAKE_A_KEY}`);
  }
  if (!isP256(key)) throw new Error(`holds a key that is not for ES256: ${MAKE_A_KEY}`);
  return pem;
}

/**
 * The P-256 public keys in a PEM file, or in all files of a folder but hidden ones (a mounted Secret has such folders), each
 * as PEM. A private key counts as its public half. A folder may be empty; a file may not.
 */
export function readPublicKeys(path: string): readonly string[] {
  if (!read(() => statSync(path).isDirectory(), TELL_A_KEY)) return publicKeysIn(path, '');
  const names = read(() => readdirSync(path), TELL_A_KEY).filter(name => !name.startsWith('.'));
  return names.toSorted().flatMap(name => publicKeysIn(join(path, name), `${name} `));
}

const BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g;

function publicKeysIn(path: string, file: string): readonly string[] {
  const pem = read(() => readFileSync(path, 'utf8'), TELL_A_KEY, file);
  const blocks = [...pem.matchAll(BLOCK)].filter(([, label]) => label !== 'EC PARAMETERS').map(([block]) => block);
  if (blocks.length === 0) throw new Error(`${file}holds no public key in PEM: ${TELL_A_KEY}`);
  return blocks.map(block => {
    let key: KeyObject;
    try {
      key = createPublicKey(block);
    } catch {
      throw new Error(`${file}holds what is no public key in PEM: ${TELL_A_KEY}`);
    }
    if (!isP256(key)) throw new Error(`${file}holds a key that is not for ES256: ${TELL_A_KEY}`);
    return key.export({ type: 'spki', format: 'pem' }).toString();
  });
}

const isP256 = (key: KeyObject): boolean => key.asymmetricKeyDetails?.namedCurve === 'prime256v1';

/** A file that is there and may not be read is not made by making another. */
function read<Value>(work: () => Value, make: string, file = ''): Value {
  try {
    return work();
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    const denied = code === 'EACCES' || code === 'EPERM';
    const todo = denied ? ': let the user that this runs as read it' : code === 'ENOENT' ? `: ${make}` : '';
    throw new Error(`${file}cannot be read (${code})${todo}`);
  }
}
