/**
 * What the simulated database answers of what a client has missed, in the product's three statements: which messages,
 * then which of those that are held have changed, then what they say, each at its own time.
 */
import type { Message } from '#functions/domain/model.js';
import type { Held, SyncedChat } from '#functions/ports/messages.js';
import type { StoredChat } from './rows.js';

/** What was found of a chat at the time of the first statement. */
export interface Missed extends Pick<SyncedChat, 'chatId' | 'lastSeq' | 'lastChange' | 'readSeqs' | 'reset'> {
  readonly after: number;
  /** Changes up to this one are applied. */
  readonly since: number;
  /** The seqs to come, of all that are missing. */
  readonly seqs: readonly number[];
  readonly missing: number;
  /** How many of those that changed there is room for. */
  readonly takeChanged: number;
}

export interface ChangedSeqs {
  readonly seqs: readonly number[];
  readonly reached: number;
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
  const since = seq >= 1 && !reset && change !== undefined ? change : lastChange;
  const seqs = messages.slice(after).flatMap(each => (hides(userId, chatId, each.seq) ? [] : [each.seq]));
  const room = Math.min(seqs.length + lastChange - since, limit);
  const take = Math.min(room, seqs.length);
  const here = [...members].filter(([, { left }]) => !left);
  return {
    ...{ chatId, lastSeq, lastChange, after, since, seqs: seqs.slice(0, take), missing: seqs.length },
    takeChanged: room - take,
    readSeqs: Object.fromEntries(here.map(([id, { readSeq }]) => [id, readSeq])),
    ...(reset && { reset: true as const }),
  };
}

export function changedIn({ messages }: StoredChat, userId: string, missed: Missed, hides: Hides): ChangedSeqs {
  const { chatId, after, since, lastChange, takeChanged } = missed;
  if (takeChanged === 0) return { seqs: [], reached: since };
  const shown = messages
    .slice(0, after)
    .filter(({ seq, rev }) => rev > since && rev <= lastChange && !hides(userId, chatId, seq))
    .sort((a, b) => a.rev - b.rev);
  const taken = shown.slice(0, takeChanged);
  const reached = shown.length > taken.length ? (taken.at(-1)?.rev ?? since) : lastChange;
  return { seqs: taken.map(({ seq }) => seq), reached };
}

/** `found` by their seqs, as they are at the end: what has changed once more by then comes with what changed after `reached`. */
export function synced(missed: Missed, { seqs, reached }: ChangedSeqs, found: (seq: number) => Message): SyncedChat {
  const { chatId, lastSeq, lastChange, readSeqs, reset } = missed;
  const messages = missed.seqs.map(found);
  const all = seqs.map(found).sort((one, other) => one.rev - other.rev);
  const changed = all.filter(({ rev }) => rev <= reached);
  const changeUpto = changed.length === all.length ? reached : (changed.at(-1)?.rev ?? missed.since);
  return {
    ...{ chatId, messages, changed, lastSeq, lastChange, readSeqs, changeUpto, firstSeq: 1 },
    more: messages.length < missed.missing || changeUpto < lastChange,
    ...(reset && { reset: true as const }),
  };
}
