/** The keys of signed texts: one that signs, and others whose texts are good as well. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';

export const ALGORITHM = 'ES256';

/** How far the clocks of two processes may be apart, in seconds. What is from further ahead is refused. */
export const CLOCK_SKEW = 5;

export interface Keys {
  readonly privateKey: KeyObject;
  readonly kid: string;
  /** Throws where there is no such key. */
  keyOf(kid: string): KeyObject;
  readonly jwks: readonly object[];
}

/** Rejects with an Error in words for an operator when one is not for ES256. */
export async function readKeys(privateKeyPem: string, publicKeyPems: readonly string[]): Promise<Keys> {
  const privateKey = readPrivateKey(privateKeyPem);
  const own = await named(createPublicKey(privateKey));
  const others = await Promise.all(publicKeyPems.map(pem => named(createPublicKey(pem))));
  const known = new Map([own, ...others].map(key => [key.kid, key] as const));
  return {
    privateKey,
    kid: own.kid,
    jwks: [...known.values()].map(({ jwk }) => jwk),
    keyOf(kid) {
      const key = known.get(kid);
      if (!key) throw new Error('signed with a key that is not known here');
      return key.key;
    },
  };
}

/** A public key with its thumbprint (RFC 7638), by which tokens name it. */
async function named(key: KeyObject) {
  const jwk = await exportJWK(key);
  const kid = await calculateJwkThumbprint(jwk);
  return { key, kid, jwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
}

function readPrivateKey(pem: string): KeyObject {
  const key = parsePem(pem);
  if (key.asymmetricKeyType !== 'ec') {
    throw new Error(`the private key is of type ${key.asymmetricKeyType}; ES256 needs an EC key on the curve P-256`);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== 'prime256v1') {
    throw new Error(`the private key is on ${curve ? `the curve ${curve}` : 'an unnamed curve'}; ES256 needs P-256`);
  }
  return key;
}

function parsePem(pem: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(pem)) {
    throw new Error('the private key is encrypted; it must be stored without a passphrase');
  }
  if (!/-----BEGIN (?:\w+ )?PRIVATE KEY-----/.test(pem)) {
    throw new Error('there is no private key in PEM form (PKCS#8 or SEC1)');
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('the private key cannot be read: its PEM is damaged or of an unknown kind');
  }
}
