/** Access tokens as somebody would forge them, made by hand so that no library can refuse to make a bad one. */
import { createHmac, sign } from 'node:crypto';

type Claims = Record<string, unknown>;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;

/** The header and the claims of a token, unverified. */
export function open(token: string): { header: Claims; claims: Claims } {
  const [header, claims] = token.split('.');
  return { header: decode(header!), claims: decode(claims!) };
}

/** The token with other claims, signed with the key (PEM, P-256) as the system itself would sign it. */
export function resign(token: string, key: string, change: Claims = {}): string {
  const { header, claims } = open(token);
  const content = `${encode(header)}.${encode({ ...claims, ...change })}`;
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

/** The same token, expiring in (or, negative, expired for) so many seconds. */
export const expiring = (token: string, key: string, seconds: number): string => {
  const now = Math.floor(Date.now() / 1000);
  return resign(token, key, { iat: now - 60, exp: now + seconds });
};

export function unsigned(token: string, change: Claims = {}): string {
  const { header, claims } = open(token);
  return `${encode({ ...header, alg: 'none' })}.${encode({ ...claims, ...change })}.`;
}

/** Signed symmetrically with what everybody knows: the classic confusion of a public key with a secret. */
export function hmacSigned(token: string, secret: string): string {
  const { header, claims } = open(token);
  const content = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
