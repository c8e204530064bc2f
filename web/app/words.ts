/** What went wrong, as sentences for people: without the names and places that programs have for things. */
import { type FieldError, Refusal } from '../client/refusal.js';

export const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
};

/** How people call what the contract has a name for. */
const NAMES: Readonly<Record<string, string>> = {
  body: 'the message',
  displayName: 'the name',
  username: 'the user name',
  email: 'the e-mail address',
  password: 'the password',
  title: 'the name of the group',
  userId: 'this person',
  memberIds: 'one of the people',
  query: 'what you search for',
  device: 'the name of the device',
};

/** The member of what was sent that a JSON Pointer leads into, '' for the whole. */
export const fieldOf = ({ path }: FieldError): string => path.split('/')[1] ?? '';

/** A predicate ('must have 3 characters') gets a subject; a sentence is one. */
export function wordsOfField(error: FieldError): string {
  const { message } = error;
  if (!/^(must|is|has|have|may|cannot|can't|does|should)\b/.test(message)) return sentence(message);
  return sentence(`${NAMES[fieldOf(error)] ?? 'what you entered'} ${message}`);
}

export function wordsOf(thrown: unknown): string {
  const { code, message, details } = Refusal.from(thrown);
  const [error] = details.errors ?? [];
  switch (code) {
    case 'internal':
      return 'Something went wrong on the server. Please try again later.';
    case 'rate_limited':
      return `That was too often. Please try again ${inSeconds(details.retryAfterMs)}.`;
    case 'too_large':
      return 'That is too large to be sent.';
    default:
      return error ? wordsOfField(error) : sentence(withoutPointer(message));
  }
}

function inSeconds(ms: number | undefined): string {
  if (ms === undefined) return 'later';
  const seconds = Math.ceil(ms / 1000);
  if (seconds > 90) return `in ${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? 'in a second' : `in ${seconds} seconds`;
}

/** Where a text begins with the place of a field ('/body must …'), with its name instead. */
const withoutPointer = (text: string): string =>
  text.replace(/^\/([\w/]*):?\s+/, (_, path: string) => `${NAMES[path.split('/')[0] ?? ''] ?? 'what you entered'} `);
