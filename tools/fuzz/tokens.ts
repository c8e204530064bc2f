/** Tokens beside the good one: over, forged, or no tokens at all. None of these may open anything. */
import { expiring, hmacSigned, resign, unsigned } from '#support/forgery.js';
import type { Random } from './random.js';
import { type Actor, NOBODY, type World } from './world.js';

type Forge = (token: string, random: Random, signingKey: string) => string;

const FORGERIES: readonly Forge[] = [
  flipped,
  flipped,
  flipped,
  (token, random) => token.slice(0, random.int(token.length - 8)),
  token => unsigned(token),
  token => unsigned(token, { sub: NOBODY }),
  token => hmacSigned(token, 'secret'),
  (token, _, key) => expiring(token, key, -1),
  (token, _, key) => resign(token, key, { sid: NOBODY }),
  (token, random, key) => resign(token, key, { sid: random.pick([7, null, '', {}]) }),
  (token, _, key) => resign(token, key, { exp: '9999999999', sub: 7 }),
  token => `${token}.${token}`,
  (_, random) => random.bytes(40).toString('base64url'),
  (_, random) => random.pick(['', '..', 'null', 'undefined', 'a.b.c', 'e30.e30.', 'x'.repeat(5_000)]),
];

/** Another character somewhere but at the end of a part, where base64 has bits that count for nothing. */
function flipped(token: string, random: Random): string {
  const places = [...token].flatMap((_, at) => ('.' === (token[at + 1] ?? '.') || token[at] === '.' ? [] : [at]));
  const at = random.pick(places);
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

export const forged = ({ token }: Actor, { signingKey }: World, random: Random): string =>
  random.pick(FORGERIES)(token, random, signingKey);
