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

const LONGEST_USERNAME = 32;
export const Username = Type.String({ minLength: 3, maxLength: LONGEST_USERNAME, pattern: '^[A-Za-z0-9_]+$' });

export const DisplayName = text(1, 64);

/** The device's own name for itself, shown in the list of devices signed in. */
export const Device = text(1, 128);

/** Addresses are one without regard to case, and stored in lower case. */
export const canonicalEmail = (email: string): string => email.toLowerCase();

const SUFFIX = 8;

/** A valid user name that resembles the address. It ends as the user's id does, in random digits, so that it is free. */
export function usernameFor(email: string, userId: string): string {
  const local = email.slice(0, email.indexOf('@')).replace(/[^A-Za-z0-9_]+/g, '_');
  return `${local.slice(0, LONGEST_USERNAME - 1 - SUFFIX)}_${userId.slice(-SUFFIX)}`;
}
