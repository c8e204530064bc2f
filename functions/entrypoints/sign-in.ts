/** The ports of signing up and in, which only services with clients need. */
import type { PortFactories } from 'function-runtime';
import type { SignedLinks } from 'function-runtime/drivers/jose-links';
import type { Links } from '../ports/links.js';
import type { Settings } from './settings.js';

/** Only tokens that say these are taken: what the same key may have signed for something else is none of ours. */
const NAMES = { issuer: 'minitelegram', audience: 'minitelegram' };
const LINK_SECONDS = 300;

const linksOf = ({ issue, read }: SignedLinks): Links => ({
  issue: ({ mediaId, userId }, now) => issue({ subject: mediaId, holder: userId }, now),
  async read(token, now) {
    const link = await read(token, now);
    return link && { mediaId: link.subject, userId: link.holder };
  },
});

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
  async links() {
    const { signedLinks } = await import('function-runtime/drivers/jose-links');
    const links = await signedLinks({
      privateKeyPem: await signingKey(),
      publicKeyPems: settings.jwtPublicKeyPems ?? [],
      ttlSeconds: LINK_SECONDS,
      issuer: NAMES.issuer,
    });
    return linksOf(links);
  },
  registration: async () => ({ mode: () => settings.registration }),
});
