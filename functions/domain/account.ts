/** What an account is made of: the schemas of the fields that people choose, and the user name of those who chose none. */
import Type from 'typebox';
import { text } from './text.js';

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/** The form that browsers accept: https://html.spec.whatwg.org/#valid-e-mail-address */
export const Email = Type.String({
  maxLength: 254,
  pattern: `^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})*$`,
  examples: ['ann@example.org'],
});

const SAMPLE_PASSWORD = 'correct horse battery staple';

/** Before it is normalized, which makes most texts shorter. */
const PASSWORD_LENGTH = 512;

export const Password = text(8, PASSWORD_LENGTH, {
  description: '8 to 128 code points of NFKC; neither common nor the own name or e-mail address',
  examples: [SAMPLE_PASSWORD],
});

/** One that is shown, which may be any. */
export const ShownPassword = text(1, PASSWORD_LENGTH, { examples: [SAMPLE_PASSWORD] });

export const Username = Type.String({
  minLength: 3,
  maxLength: 32,
  pattern: '^[A-Za-z0-9_]+$',
  examples: ['ann'],
});

export const DisplayName = text(1, 64, { examples: ['Ann'] });

export const Device = text(1, 128, {
  description: "The device's own name for itself, shown in the list of devices signed in",
  examples: ["Ann's phone"],
});

/** Addresses are one without regard to case, and stored in lower case. */
export const canonicalEmail = (email: string): string => email.toLowerCase();

const SUFFIX = 12;

/** For those who chose none. It ends as the user's id does, in random digits, so that it is free, and tells nothing else. */
export const usernameFor = (userId: string): string => `user_${userId.slice(-SUFFIX)}`;
