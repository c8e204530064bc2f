/** The ports of signing up and in, which only services with clients need. */
import type { PortFactories } from 'function-runtime';
import type { Settings } from './settings.js';

/** Only tokens that say these are taken: what the same key may have signed for something else is none of ours. */
const NAMES = { issuer: 'minitelegram', audience: 'minitelegram' };

/** `signingKey` answers with a P-256 private key in PEM. */
export const signInPorts = (settings: Settings, signingKey: () => Promise<string>): PortFactories => ({
  async passwords() {
    const { argon2Passwords } = await import('function-runtime/drivers/argon2');
    const { commonPasswords } = await import('function-runtime/drivers/common-passwords');
    return { ...argon2Passwords(), isCommon: commonPasswords() };
  },
  async tokens() {
    const { joseTokens } = await import('function-runtime/drivers/jose');
    return joseTokens({ privateKeyPem: await signingKey(), publicKeyPems: settings.jwtPublicKeyPems ?? [], ...NAMES });
  },
  registration: async () => ({ mode: () => settings.registration }),
});
