/** Drafts as a device keeps them, bounded, for one account; they outlive the client. */
import type { Message } from './shapes.js';
import type { Storage } from './storage.js';

export interface Draft {
  readonly body: string;
  /** The id of the message that it answers. */
  readonly replyTo: string | null;
  /** That message, where it was there when the draft was written. */
  readonly answers?: Message | undefined;
}

export type Drafts = Readonly<Record<string, Kept>>;

export interface Kept extends Draft {
  /** When it was written: later than whatever was known of the chat's draft then. */
  readonly at: string;
  /** `new`: the server has heard of none; `changed`: not of this; `saved`: it has this; `alone`: it would not have it. */
  readonly state: 'new' | 'changed' | 'saved' | 'alone';
}

const KEY = 'draft/';
/** Of one account, or of all. */
export const draftsOf = (userId = ''): string => `${KEY}${userId && `${userId}/`}`;

/** Of one, and of what it answers, in UTF-16 units. */
const LONGEST = { body: 16_384, answered: 300 };
/** Those written last. */
const MOST = 50;

export const isEmpty = ({ body, replyTo }: Draft): boolean => body === '' && replyTo === null;

export interface KeptDrafts {
  all(): Drafts;
  /** Keeps one; of all that there are, those that are too many are kept no longer. */
  keep(chatId: string, kept: Kept, all: Drafts): void;
  forget(chatId: string): void;
}

export function createKeptDrafts(storage: Storage, userId: string): KeptDrafts {
  const prefix = draftsOf(userId);
  const newest = (all: readonly (readonly [string, Kept])[]) =>
    [...all].sort(([, one], [, other]) => (one.at < other.at ? 1 : -1));

  return {
    all() {
      const keys = storage.keys().filter(key => key.startsWith(prefix));
      const found = keys.flatMap(key => {
        const kept = parsed(storage.get(key));
        if (!kept) storage.delete(key);
        return kept ? [[key.slice(prefix.length), kept] as const] : [];
      });
      return Object.fromEntries(newest(found).slice(0, MOST));
    },
    keep(chatId, { answers, ...kept }, all) {
      const body = kept.body.slice(0, LONGEST.body);
      const short = answers && { answers: { ...answers, body: answers.body.slice(0, LONGEST.answered) } };
      try {
        storage.set(prefix + chatId, JSON.stringify({ ...kept, body, ...short }));
      } catch {
        // The device has no room: it stays for as long as the client does.
      }
      const entries = Object.entries(all);
      if (entries.length > MOST) for (const [each] of newest(entries).slice(MOST)) storage.delete(prefix + each);
    },
    forget: chatId => storage.delete(prefix + chatId),
  };
}

function parsed(text: string | undefined): Kept | undefined {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Kept> | null;
    return typeof kept?.body === 'string' && typeof kept.at === 'string' ? (kept as Kept) : undefined;
  } catch {
    return undefined;
  }
}
