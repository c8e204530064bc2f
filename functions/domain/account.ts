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

export const SAMPLE_PASSWORD = 'correct horse battery staple';

export const Password = text(8, 256, { examples: [SAMPLE_PASSWORD] });

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
