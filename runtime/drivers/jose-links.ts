/**
 * Texts that let whoever has one do a thing for a while: JWTs signed with ES256, of a type of their own, so that none of them
 * is taken for an access token, nor one of those for a link. Processes that hold the same key accept each other's.
 */
import { jwtVerify, SignJWT } from 'jose';
import { ALGORITHM, CLOCK_SKEW, readKeys } from './jose-keys.js';

const TYPE = 'link+jwt';

/**
 * The keys of links, how long one lasts, and what stands in all of them.
 *
 * @example
 * import type { LinkSettings } from 'function-runtime/drivers/jose-links';
 *
 * const settings: LinkSettings = { privateKeyPem: '-----BEGIN PRIVATE KEY-----…', ttlSeconds: 300, issuer: 'shop' };
 */
export interface LinkSettings {
  /** PKCS#8 or SEC1, on the curve P-256. */
  readonly privateKeyPem: string;
  /** P-256, PEM: keys that sign no more, or not yet, and whose links are good. */
  readonly publicKeyPems?: readonly string[];
  readonly ttlSeconds: number;
  /** Put in, and asked for. */
  readonly issuer: string;
}

/**
 * Signed links: whose rights each has, and to what.
 *
 * @example
 * import type { SignedLinks } from 'function-runtime/drivers/jose-links';
 *
 * const of = async (links: SignedLinks, token: string) => (await links.read(token, Date.now()))?.subject;
 */
export interface SignedLinks {
  /** `expiresAt` in milliseconds since the epoch. */
  issue(
    link: { readonly subject: string; readonly holder: string },
    now: number,
  ): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Undefined for anything but an unexpired one that this system signed. */
  read(token: string, now: number): Promise<{ readonly subject: string; readonly holder: string } | undefined>;
}

/**
 * Rejects with an Error in words for an operator when the key is not one for ES256.
 *
 * @example
 * import { generateKeyPem } from 'function-runtime/drivers/jose';
 * import { signedLinks } from 'function-runtime/drivers/jose-links';
 *
 * const links = await signedLinks({ privateKeyPem: await generateKeyPem(), ttlSeconds: 300, issuer: 'shop' });
 * const { token } = await links.issue({ subject: 'picture-7', holder: 'ann' }, Date.now());
 */
export async function signedLinks(settings: LinkSettings): Promise<SignedLinks> {
  const { privateKeyPem, publicKeyPems = [], ttlSeconds, issuer } = settings;
  const { privateKey, kid, keyOf } = await readKeys(privateKeyPem, publicKeyPems);
  return {
    async issue({ subject, holder }, now) {
      const issuedAt = Math.floor(now / 1_000);
      const expires = issuedAt + ttlSeconds;
      const token = await new SignJWT({ holder })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setSubject(subject)
        .setIssuer(issuer)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(privateKey);
      return { token, expiresAt: expires * 1_000 };
    },
    async read(token, now) {
      const verified = await jwtVerify(token, ({ kid: of = '' }) => keyOf(of), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer,
        currentDate: new Date(now),
        requiredClaims: ['sub', 'holder', 'iat', 'exp'],
      }).catch(() => undefined);
      const { sub: subject, holder, iat = Number.NaN } = verified?.payload ?? {};
      if (typeof subject !== 'string' || typeof holder !== 'string' || iat > now / 1_000 + CLOCK_SKEW) return undefined;
      return { subject, holder };
    },
  };
}
