/** Access tokens, as the images of this product make and take them. */
import type { Config } from '../config.js';
import type { Tokens } from '../contract/ports.js';

/** Only tokens that say these are taken: what the same key may have signed for something else is none of ours. */
const NAMES = { issuer: 'minitelegram', audience: 'minitelegram' };

export async function tokensOf(config: Config, privateKeyPem: string): Promise<Tokens> {
  const { joseTokens } = await import('../drivers/jose.js');
  return joseTokens({ privateKeyPem, publicKeyPems: config.jwtPublicKeyPems ?? [], ...NAMES });
}
