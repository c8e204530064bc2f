/**
 * The part of a chat's history that is held: a stretch without holes, which grows at its end as messages come and at
 * its beginning as older ones are loaded. What comes from behind a gap waits until the gap is closed.
 */
import type { Message } from './shapes.js';

export interface History {
  /** Ascending by seq, each one more than the one before. */
  readonly messages: readonly Message[];
  /** The cursor: of everything from the first message held up to this seq, nothing is missing. */
  readonly upTo: number;
  /** Ascending by seq, all beyond `upTo + 1`. */
  readonly ahead: readonly Message[];
}

/** Holds nothing; what comes after `upTo` is new. */
export const historyFrom = (upTo: number): History => ({ messages: [], upTo, ahead: [] });

/** The seq of the first message held; with none, that of the next one to come. */
export const firstOf = ({ messages, upTo }: History): number => messages[0]?.seq ?? upTo + 1;

/** The message at this place, where it is held. */
export const at = ({ messages }: History, seq: number): Message | undefined => messages[seq - (messages[0]?.seq ?? 0)];

/**
 * Takes messages in any order, from live events or sync, new ones and changed ones. Of two states of a message the one with
 * the higher `rev` stays, so what is there already changes nothing.
 */
export function take(history: History, arrived: readonly Message[]): History {
  const messages = renewed(history, arrived);
  const waiting = new Map(history.ahead.map(message => [message.seq, message]));
  let news = messages !== history.messages;
  for (const message of arrived) {
    const held = waiting.get(message.seq);
    if (message.seq <= history.upTo || later(held, message) === held) continue;
    waiting.set(message.seq, later(held, message));
    news = true;
  }
  return news ? grown({ ...history, messages }, waiting) : history;
}

function renewed({ messages, upTo }: History, arrived: readonly Message[]): readonly Message[] {
  const first = messages[0]?.seq ?? upTo + 1;
  let next = messages;
  for (const message of arrived) {
    const held = next[message.seq - first];
    if (held && later(held, message) !== held) next = next.with(message.seq - first, later(held, message));
  }
  return next;
}

/** What is told to all does not say which reactions are the user's own: those that are known stay, until an answer tells. */
export function later(held: Message | undefined, message: Message): Message {
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

/** Messages from an answer to one user, which says which reactions are theirs: where it names none there are none. */
export const answered = (messages: readonly Message[]): readonly Message[] =>
  messages.map(message => (message.rev && !message.mine ? { ...message, mine: [] } : message));

function grown(history: History, waiting: Map<number, Message>): History {
  const next: Message[] = [];
  for (let seq = history.upTo + 1; waiting.has(seq); seq++) {
    next.push(waiting.get(seq) as Message);
    waiting.delete(seq);
  }
  return {
    messages: next.length > 0 ? [...history.messages, ...next] : history.messages,
    upTo: history.upTo + next.length,
    ahead: [...waiting.values()].sort((a, b) => a.seq - b.seq),
  };
}

/** Puts older messages in front. Those that do not end where the stretch begins are of another question, and are left out. */
export function prepend(history: History, older: readonly Message[]): History {
  const fitting = older.filter(({ seq }) => seq < firstOf(history));
  if (fitting.at(-1)?.seq !== firstOf(history) - 1) return history;
  return { ...history, messages: [...fitting, ...history.messages] };
}
