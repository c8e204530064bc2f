/**
 * What the simulated database answers of what a client has missed, in the product's three statements: which messages,
 * then which of all shown to them have changed, then what they say, each at its own time.
 */
import type { Message } from '#functions/domain/model.js';
import { type Asked, type ChangedAfter, reached, share } from '#functions/domain/sync-page.js';
import type { Held, SyncedChat } from '#functions/ports/messages.js';
import type { StoredChat } from './rows.js';

/** What was found of a chat at the time of the first statement. */
export interface Missed extends Asked, Pick<SyncedChat, 'chatId' | 'lastSeq' | 'lastChange' | 'readSeqs' | 'reset'> {
  /** Changes up to this one are applied. */
  readonly since: number;
  /** All seqs that are missing. */
  readonly seqs: readonly number[];
  /** So many of those that are held have changed at most. */
  readonly outdated: number;
}

export interface SyncRules {
  /** How far an answer goes in changes: not beyond one of a message that it leaves out, or as if it left none out. */
  readonly comesTo: 'what it tells' | 'the present';
}

type Hides = (userId: string, chatId: string, seq: number) => boolean;

export function missedIn(
  chat: StoredChat,
  userId: string,
  held: Held | undefined,
  limit: number,
  hides: Hides,
): Missed {
  const { id: chatId, messages, members, lastChange } = chat;
  const { seq = 0, change } = typeof held === 'object' ? held : { seq: held };
  const lastSeq = messages.length;
  const reset = seq > lastSeq || (change ?? 0) > lastChange;
  const after = reset ? 0 : seq;
  const since = change === undefined ? lastChange : reset ? 0 : change;
  const seqs = messages.slice(after).flatMap(each => (hides(userId, chatId, each.seq) ? [] : [each.seq]));
  const missing = seqs.length;
  const outdated = Math.min(lastChange - since, after);
  const here = [...members].filter(([, { left }]) => !left);
  return {
    ...{ chatId, lastSeq, lastChange, after, since, seqs, missing, outdated },
    room: Math.min(missing + outdated, limit),
    readSeqs: Object.fromEntries(here.map(([id, { readSeq }]) => [id, readSeq])),
    ...(reset && { reset: true as const }),
  };
}

/** Whether the second statement is to look for changes of it. */
export const mayHaveChanged = ({ since, lastChange, room }: Missed): boolean => since < lastChange && room > 0;

export function changedIn({ messages }: StoredChat, userId: string, missed: Missed, hides: Hides): ChangedAfter {
  const { chatId, since, lastChange, room, outdated, missing } = missed;
  if (!mayHaveChanged(missed)) return { rows: [], until: missing + outdated === 0 ? lastChange : since };
  const rows = messages
    .filter(({ seq, rev }) => rev > since && rev <= lastChange && !hides(userId, chatId, seq))
    .sort((a, b) => a.rev - b.rev)
    .slice(0, room + 1);
  return { rows: rows.map(({ seq, rev }) => ({ seq, rev, octets: 0 })), until: lastChange };
}

/** `found` by their seqs, as they are at the end: what has changed once more by then comes with that change. */
export function synced(
  missed: Missed,
  changedAfter: ChangedAfter,
  found: (seq: number) => Message,
  { comesTo }: SyncRules,
): SyncedChat {
  const { chatId, lastSeq, lastChange, readSeqs, reset, after, missing, seqs, since } = missed;
  const endOf = (count: number) => (count === missing ? Infinity : (seqs[count - 1] ?? after));
  const { take, changed: rows } = share(missed, changedAfter.rows, endOf);
  const messages = seqs.slice(0, take).map(found);
  const told = rows.at(-1)?.rev ?? since;
  const changed = rows.map(({ seq }) => found(seq)).filter(({ rev }) => rev <= told);
  const end = comesTo === 'what it tells' ? endOf(take) : Infinity;
  const changeUpto = reached(changedAfter, after, end, told);
  return {
    ...{ chatId, messages, changed, lastSeq, lastChange, readSeqs, changeUpto, firstSeq: 1 },
    more: take < missing || changeUpto < lastChange,
    ...(reset && { reset: true as const }),
  };
}
