/**
 * The part of a chat's history that is held. It is two stretches without holes at most: one at the end, which grows as
 * messages come, and one further back, where somebody looks. What comes from behind a gap waits until the gap is closed.
 */
import type { Message, Stretch } from './shapes.js';

export interface History {
  /** The end. Ascending by seq, each one more than the one before; the last one is that of `upTo`. */
  readonly messages: readonly Message[];
  /** The cursor: everything up to this seq was there, though not all of it is held. */
  readonly upTo: number;
  /** Ascending by seq, all beyond `upTo + 1`. */
  readonly ahead: readonly Message[];
  /** The other stretch, ascending likewise. Between it and `messages` at least one message is not held. */
  readonly back: readonly Message[];
  /** There is nothing to be had before this seq. */
  readonly begins: number;
}

/** Waiting messages that are kept; those behind them are asked for when the gap is closed. */
const MOST_AHEAD = 500;

/** Holds nothing; what comes after `upTo` is new. */
export const historyFrom = (upTo: number): History => ({ messages: [], upTo, ahead: [], back: [], begins: 1 });

/** The seq of the first message held at the end; with none, that of the next one to come. */
export const firstOf = ({ messages, upTo }: History): number => messages[0]?.seq ?? upTo + 1;

const placeIn = (stretch: readonly Message[], seq: number): number => seq - (stretch[0]?.seq ?? seq + 1);
const holds = (stretch: readonly Message[], seq: number): boolean => stretch[placeIn(stretch, seq)] !== undefined;

/** The message at this place, where it is held. */
export const at = ({ messages, back }: History, seq: number): Message | undefined =>
  messages[placeIn(messages, seq)] ?? back[placeIn(back, seq)];

/** The stretch that holds the message at this place, if one does. */
export const stretchAt = ({ messages, back }: History, seq: number): readonly Message[] | undefined =>
  [messages, back].find(stretch => holds(stretch, seq));

/** All that is held, ascending by seq. */
export const heldIn = ({ messages, back }: History): readonly Message[] =>
  back.length === 0 ? messages : [...back, ...messages];

/**
 * Takes messages in any order, from live events or sync, new ones and changed ones. Of two states of a message the one with
 * the higher `rev` stays, so what is there already changes nothing. One that was let go stays away.
 */
export function take(history: History, arrived: readonly Message[]): History {
  const messages = renewed(history.messages, arrived);
  const back = renewed(history.back, arrived);
  const waiting = new Map(history.ahead.map(message => [message.seq, message]));
  let news = messages !== history.messages || back !== history.back;
  for (const message of arrived) {
    const held = waiting.get(message.seq);
    if (message.seq <= history.upTo || later(held, message) === held) continue;
    waiting.set(message.seq, later(held, message));
    news = true;
  }
  return news ? grown({ ...history, messages, back }, waiting) : history;
}

function renewed(stretch: readonly Message[], arrived: readonly Message[]): readonly Message[] {
  let next = stretch;
  for (const message of arrived) {
    const place = placeIn(next, message.seq);
    const held = next[place];
    if (held && later(held, message) !== held) next = next.with(place, later(held, message));
  }
  return next;
}

/** What is told to all does not say which reactions are the user's own: those that are known stay, until an answer tells. */
function later(held: Message | undefined, message: Message): Message {
  if (!held) return message;
  const newer = (message.rev ?? 0) - (held.rev ?? 0);
  if (newer < 0 || (newer === 0 && (!message.mine || message.mine.join() === held.mine?.join()))) return held;
  return held.mine && !message.mine && !message.deletedAt ? { ...message, mine: held.mine } : message;
}

/**
 * Messages of an answer that has all of a stretch, from after `from` up to `upTo`, but for those that the user has hidden
 * from themselves: these have a place of their own, so that the history has no holes.
 */
export function withHidden(chatId: string, found: readonly Message[], from: number, upTo: number): readonly Message[] {
  if (found.length >= upTo - from) return found;
  const all = new Map(found.map(message => [message.seq, message]));
  return Array.from({ length: upTo - from }, (_, at) => all.get(from + at + 1) ?? hiddenAt(chatId, from + at + 1));
}

/** Whatever is told of it later, it stays hidden. */
const hiddenAt = (chatId: string, seq: number): Message => ({
  ...{ chatId, seq, id: '', clientId: `hidden ${seq}`, senderId: '', body: '', replyTo: null, sentAt: '' },
  ...{ rev: Number.MAX_SAFE_INTEGER, deletedAt: '', hidden: true },
});

export const isWithin = (stretches: readonly Stretch[], seq: number): boolean =>
  stretches.some(({ from, to }) => from <= seq && seq <= to);

/** The messages, with those in their places that the user hides: an answer may be older than that. */
export const veiled = (messages: readonly Message[], hidden: readonly Stretch[] = []): readonly Message[] =>
  hidden.length === 0
    ? messages
    : messages.map(each => (isWithin(hidden, each.seq) ? hiddenAt(each.chatId, each.seq) : each));

/** Messages from an answer to one user, which says which reactions are theirs: where it names none there are none. */
export const answered = (messages: readonly Message[]): readonly Message[] =>
  messages.map(message => (message.rev && !message.mine ? { ...message, mine: [] } : message));

/** Of two messages of a chat the later one, and of two states of one message the newer. */
export const newest = (a: Message | null, b: Message | null): Message | null => {
  if (!a || !b) return a ?? b;
  return a.seq === b.seq ? later(a, b) : a.seq > b.seq ? a : b;
};

function grown(history: History, waiting: Map<number, Message>): History {
  const next: Message[] = [];
  for (let seq = history.upTo + 1; waiting.has(seq); seq++) {
    next.push(waiting.get(seq) as Message);
    waiting.delete(seq);
  }
  return {
    ...history,
    messages: next.length > 0 ? [...history.messages, ...next] : history.messages,
    upTo: history.upTo + next.length,
    ahead: [...waiting.values()].sort((a, b) => a.seq - b.seq).slice(0, MOST_AHEAD),
  };
}

/**
 * Puts a stretch of older messages to what is held: to the stretch that it touches, or to both, which are one then. One
 * that touches neither takes the place of the one further back.
 */
export function place(history: History, older: readonly Message[]): History {
  const { messages, back, upTo } = history;
  const fitting = older.filter(({ seq }) => seq <= upTo);
  if (fitting.length === 0) return history;
  const meets = back.length > 0 && touches(back, fitting);
  const stretch = meets ? joined(back, fitting) : fitting;
  if ((stretch.at(-1)?.seq ?? 0) < firstOf(history) - 1) return { ...history, back: stretch };
  return { ...history, messages: joined(stretch, messages), back: meets ? [] : back };
}

const touches = (one: readonly Message[], other: readonly Message[]): boolean =>
  (one[0]?.seq ?? 0) <= (other.at(-1)?.seq ?? 0) + 1 && (other[0]?.seq ?? 0) <= (one.at(-1)?.seq ?? 0) + 1;

/** Two stretches that touch as one; where they overlap, the later state of each message. */
function joined(one: readonly Message[], other: readonly Message[]): readonly Message[] {
  const all = new Map(one.map(message => [message.seq, message]));
  for (const message of other) all.set(message.seq, later(all.get(message.seq), message));
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}
