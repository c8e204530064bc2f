/** The ports to what proves who somebody is: passwords and tokens. */

/**
 * One-way hashes of passwords (argon2id).
 *
 * @example
 * const fits = (passwords: Passwords, hash?: string) => passwords.verify(hash, 'correct horse');
 */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** As slow for an unknown user (`hash` undefined) as for a known one. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /** Whether it is among those that are tried first: leaked most often, the same again and again, rows of keys. */
  isCommon(password: string): Promise<boolean>;
}

/** What an access token says.
 *
 * @example
 * const claims: AccessClaims = { userId: 'ann', sessionId: 's1' };
 */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * Signed access tokens (JWT, ES256) and opaque refresh tokens.
 *
 * @example
 * const signIn = (tokens: Tokens) => tokens.issue({ userId: 'ann', sessionId: 's1' }, Date.now());
 */
export interface Tokens {
  /** `expiresIn` in seconds. */
  issue(claims: AccessClaims, now: number): Promise<{ readonly token: string; readonly expiresIn: number }>;
  /** Rejects with Failure `unauthorized` for anything but an unexpired token that this system signed. */
  verify(token: string, now: number): Promise<AccessClaims & { readonly expiresAt: number }>;
  /** The public keys, as a JSON Web Key Set. */
  jwks(): { readonly keys: readonly object[] };
  /** A new refresh token: 256 random bits, URL-safe. */
  refreshToken(): string;
  /** What is stored of a refresh token, hexadecimal SHA-256. */
  digest(refreshToken: string): string;
}
