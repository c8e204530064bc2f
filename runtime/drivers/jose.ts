/**
 * Access tokens as JWTs signed with ES256, in the profile of RFC 9068 (`at+jwt`) as far as it fits, and opaque refresh
 * tokens. One key signs; tokens of other keys are good as well when their public halves are given, so that keys can be
 * replaced without signing anybody out. Processes that hold the same key accept each other's tokens.
 */
import { createHash, randomBytes } from 'node:crypto';
import { errors, exportPKCS8, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { Failure } from '../contract/failure.js';
import type { Tokens } from '../contract/ports.js';
import { ALGORITHM, CLOCK_SKEW, readKeys } from './jose-keys.js';

const TYPE = 'at+jwt';

/** Tokens that are known to be ours: what the clients of a busy gateway have. */
const MOST_VERIFIED = 10_000;

/**
 * The keys of access tokens, and what stands in them.
 *
 * @example
 * import type { JoseSettings } from 'function-runtime/drivers/jose';
 *
 * const settings: JoseSettings = { privateKeyPem: '-----BEGIN PRIVATE KEY-----…', ttlSeconds: 600 };
 */
export interface JoseSettings {
  /** PKCS#8 or SEC1, on the curve P-256. */
  readonly privateKeyPem: string;
  /** How long an access token lasts, in seconds. */
  readonly ttlSeconds?: number;
  /** P-256, PEM: keys that sign no more, or not yet, and whose tokens are good. */
  readonly publicKeyPems?: readonly string[];
  /** The `iss` and `aud` claims: put in, and asked for, when given. */
  readonly issuer?: string;
  readonly audience?: string;
}

/**
 * Rejects with an Error in words for an operator when the key is not one for ES256.
 *
 * @example
 * import { joseTokens } from 'function-runtime/drivers/jose';
 *
 * const tokens = await joseTokens({ privateKeyPem: await (await import('function-runtime/drivers/jose')).generateKeyPem() });
 * const { token } = await tokens.issue({ userId: 'ann', sessionId: 's1' }, Date.now());
 */
export async function joseTokens(settings: JoseSettings): Promise<Tokens> {
  const { privateKeyPem, ttlSeconds = 900, publicKeyPems = [], issuer, audience } = settings;
  const { privateKey, kid, keyOf, jwks } = await readKeys(privateKeyPem, publicKeyPems);
  const names = { ...(issuer !== undefined && { iss: issuer }), ...(audience !== undefined && { aud: audience }) };
  /** The latest, by their digests: a client calls many times with one token, and each check costs as much as a call. */
  const verified = new Map<string, Awaited<ReturnType<Tokens['verify']>>>();

  return {
    async issue({ userId, sessionId }, now) {
      const issuedAt = Math.floor(now / 1000);
      const token = await new SignJWT({ sid: sessionId, ...names })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ttlSeconds)
        .sign(privateKey);
      return { token, expiresIn: ttlSeconds };
    },
    async verify(token, now) {
      const digest = digestOf(token);
      const before = verified.get(digest);
      if (before && before.expiresAt > now) return before;
      try {
        const { payload } = await jwtVerify(token, ({ kid = '' }) => keyOf(kid), {
          algorithms: [ALGORITHM],
          typ: TYPE,
          currentDate: new Date(now),
          requiredClaims: ['sub', 'sid', 'iat', 'exp'],
          ...(issuer !== undefined && { issuer }),
          ...(audience !== undefined && { audience }),
        });
        const { sub, sid, iat = Number.NaN, exp } = payload;
        const isOfNow = iat <= now / 1000 + CLOCK_SKEW;
        if (!isOfNow || !isName(sub) || !isName(sid) || exp === undefined) throw new Error('foreign');
        const claims = { userId: sub, sessionId: sid, expiresAt: exp * 1000 };
        if (verified.size >= MOST_VERIFIED) verified.delete(verified.keys().next().value as string);
        verified.set(digest, claims);
        return claims;
      } catch (cause) {
        // Said only of a token whose signature fits: the library checks the claims after it.
        const why =
          cause instanceof errors.JWTExpired ? 'the access token has expired' : 'the access token is not valid';
        throw new Failure('unauthorized', why, { cause });
      }
    },
    jwks: () => ({ keys: jwks }),
    refreshToken: () => randomBytes(32).toString('base64url'),
    digest: digestOf,
  };
}

/**
 * A new private key for ES256, PKCS#8 in PEM.
 *
 * @example
 * import { generateKeyPem } from 'function-runtime/drivers/jose';
 *
 * const pem = await generateKeyPem();
 */
export async function generateKeyPem(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return exportPKCS8(privateKey);
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const isName = (claim: unknown): claim is string => typeof claim === 'string' && claim !== '';
