/** What messages and their changes make of a chat as they come, and as they are let go. */
import { type ChatState, isBehind } from './chat.js';
import { at, type History, heldIn, isWithin, newest, place, take, veiled } from './history.js';
import { type Bounds, nearTo, type View } from './near.js';
import type { Changed, Message, Stretch } from './shapes.js';
import { counted, mentionsIn, quietBefore, quietened, turnOf } from './unread.js';
import { written } from './watermarks.js';

/** Messages in any order, in any state. Who writes the message after the last that they have read has read that one, too. */
export function withMessages(chat: ChatState, messages: readonly Message[]): ChatState {
  const history = take(chat.history, messages);
  const shown = messages.filter(({ hidden }) => !hidden);
  const last = shown.reduce((found, message) => newest(found, message), chat.lastMessage);
  const fresh = history.messages.slice(chat.history.messages.length);
  const lastSeq = Math.max(chat.lastSeq, last?.seq ?? 0);
  // Those whose change is still to have its turn are counted then.
  const quiet = quietened(
    chat,
    fresh.filter(({ rev = 0 }) => rev <= turnOf(chat)),
  );
  let next: ChatState = { ...chat, history, lastMessage: last, lastSeq, quiet };
  for (const message of fresh) next = written(next, message);
  return counted(next);
}

/**
 * A change as it happens. Behind a gap the message is taken, and what the gap hides is asked for; so is whose reactions
 * it has, where a change is told again that was not heard, or one of the message before it was not.
 */
export function withChange(chat: ChatState, { change, message, by, others = [], retold, was = 0 }: Changed): ChatState {
  const own = [...others, by].filter(({ userId, emoji }) => userId === chat.userId && emoji !== undefined);
  const held = heldAt(chat.history, message.seq);
  const now = own.reduce(withMine, own.length > 0 && held?.mine ? { ...message, mine: held.mine } : message);
  const whole = !retold && (held === undefined || (held.rev ?? 0) >= was);
  const next = change - 1 === chat.change && whole ? withChanges(chat, [now], change) : undefined;
  // Where it is too far behind a gap to be kept, it may still come as it was before.
  if (next && (message.seq <= next.history.upTo || heldAt(next.history, message.seq))) return next;
  const lastChange = Math.max(chat.lastChange ?? 0, change);
  return withMessages(chat.change === undefined ? chat : { ...chat, lastChange }, [now]);
}

/**
 * Changed messages, and the cursor after them: all that changed up to there, as far as its place is known. One that is not
 * held will come in this state, or a later one, when it is loaded.
 */
export function withChanges(chat: ChatState, changed: readonly Message[], upTo: number): ChatState {
  const change = Math.max(chat.change ?? 0, upTo);
  const placed = changed.filter(({ seq }) => seq <= chat.history.upTo);
  const elsewhere = placed.filter(({ seq, rev = 0 }) => !at(chat.history, seq) && rev > (chat.change ?? 0));
  const next = withMessages({ ...chat, change, lastChange: Math.max(chat.lastChange ?? 0, upTo) }, changed);
  const known = [...elsewhere, ...heldIn(next.history).filter(({ seq }) => seq <= chat.history.upTo)];
  const turned = known.filter(({ rev = 0 }) => rev > (chat.change ?? 0) && rev <= change);
  const changedElsewhere = Math.max(chat.changedElsewhere, ...elsewhere.map(({ rev = 0 }) => rev));
  return counted({ ...next, changedElsewhere, quiet: quietened(next, turned) });
}

/** A page of older messages, and from which seq on there are any, where that was told. */
export function withPage(chat: ChatState, page: readonly Message[], begins = chat.history.begins): ChatState {
  const revs = page.flatMap(({ rev = 0, hidden }) => (hidden ? [] : [rev]));
  const lastChange = chat.lastChange === undefined ? {} : { lastChange: Math.max(chat.lastChange, ...revs) };
  return counted({ ...chat, ...lastChange, history: { ...place(chat.history, page), begins } });
}

/** Without the messages that are far from where somebody looks. As long as something is missing it cannot tell what is unread. */
export function withoutFar(chat: ChatState, view: View | undefined, bounds?: Bounds): ChatState {
  const history = nearTo(chat.history, view, bounds);
  if (history === chat.history || isBehind(chat)) return chat;
  const { upTo } = history;
  const quiet = { upTo, count: quietBefore(chat), change: Math.max(chat.quiet.change, chat.change ?? 0) };
  return counted({ ...chat, history, quiet, mentioned: { upTo, count: mentionsIn(chat, []) } });
}

/** The chat without what the user hides from themselves. What was said last may be unknown then. */
export function withoutHidden(chat: ChatState, hidden: readonly Stretch[]): ChatState {
  const { messages, ahead, back } = chat.history;
  const left = { messages: veiled(messages, hidden), ahead: veiled(ahead, hidden), back: veiled(back, hidden) };
  const { lastMessage } = chat;
  const isLastHidden = lastMessage !== null && isWithin(hidden, lastMessage.seq);
  const last = isLastHidden ? left.messages.findLast(message => !message.hidden) : lastMessage;
  return counted({ ...chat, history: { ...chat.history, ...left }, lastMessage: last ?? null });
}

/** Whether another message is held at its place: then the server was set back, and its seqs are given anew. */
export const contradicts = ({ history }: ChatState, { seq, id, hidden }: Message): boolean => {
  const held = at(history, seq);
  return held !== undefined && !hidden && !held.hidden && held.id !== id;
};

const heldAt = (history: History, seq: number): Message | undefined =>
  at(history, seq) ?? history.ahead.find(each => each.seq === seq);

function withMine({ mine = [], ...message }: Message, { emoji = '', on = true }: Changed['by']): Message {
  if (message.deletedAt !== undefined) return message;
  const others = mine.filter(each => each !== emoji);
  return { ...message, mine: on ? [...others, emoji] : others };
}
