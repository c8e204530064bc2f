/** What an account is made of: the schemas of the fields that people choose, and the user name of those who chose none. */
import Type from 'typebox';
import { text } from './text.js';

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/** The form that browsers accept: https://html.spec.whatwg.org/#valid-e-mail-address */
export const Email = Type.String({
  maxLength: 254,
  pattern: `^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})*$`,
});

export const Password = text(8, 256);

export const Username = Type.String({ minLength: 3, maxLength: 32, pattern: '^[A-Za-z0-9_]+$' });

export const DisplayName = text(1, 64);

/** The device's own name for itself, shown in the list of devices signed in. */
export const Device = text(1, 128);

/** Addresses are one without regard to case, and stored in lower case. */
export const canonicalEmail = (email: string): string => email.toLowerCase();

const SUFFIX = 12;

/** For those who chose none. It ends as the user's id does, in random digits, so that it is free, and tells nothing else. */
export const usernameFor = (userId: string): string => `user_${userId.slice(-SUFFIX)}`;
