/** A chat as the client knows it, and what each piece of news makes of it. Nothing here has effects. */
import { at, firstOf, type History, heldIn, historyFrom, isWithin, later, place, take, veiled } from './history.js';
import { mentionsUser } from './mentions.js';
import { type Bounds, nearTo, type View } from './near.js';
import type { Changed, Chat, Member, Message, Receipt, Role, Stretch } from './shapes.js';

export interface ChatMember extends Omit<Member, 'role'> {
  /** Undefined until the chat was loaded with its members. */
  readonly role?: Role;
}

/** Of what is above `readSeq`, up to a seq. */
interface Counted {
  readonly upTo: number;
  readonly count: number;
}

export interface ChatState extends Omit<Chat, 'members'> {
  /** The highest seq that is known to be given; above `history.upTo` something is missing. */
  readonly lastSeq: number;
  readonly members: Readonly<Record<string, ChatMember>>;
  /** Whether the roles of all members are known. */
  readonly complete: boolean;
  /** Whose state it is. */
  readonly userId: string;
  /** Up to where the user has read. */
  readonly readSeq: number;
  /** Whether that is certain. A list of chats tells what is unread only, which own messages above `readSeq` are not. */
  readonly certain: boolean;
  /**
   * Of the messages above `readSeq` and up to this seq so many do not count as unread, because they are the user's own or
   * were deleted, as of the cursor of changes: as the server counted by this change, and by each change that had its turn.
   */
  readonly quiet: Counted & { readonly change: number };
  readonly mentions: number;
  /** Of the messages above `readSeq` and up to this seq so many mention the user. */
  readonly mentioned: Counted;
  /** The cursor of changes: what is held is as it was after this one, or later. Undefined where the server counts none. */
  readonly change: number | undefined;
  /** The last change of a message that is not held. */
  readonly changedElsewhere: number;
  /** Counts the times that the history began anew: what was asked for before does not fit what is held since. */
  readonly era: number;
  readonly history: History;
}

/** How far a chat goes by now; without a change where the server counts none. */
export interface Extent {
  readonly lastSeq: number;
  readonly lastChange?: number | undefined;
  readonly readSeqs: Readonly<Record<string, number>>;
}

export const isBehind = ({ lastSeq, lastChange = 0, change, history }: ChatState): boolean =>
  lastSeq > history.upTo || (change !== undefined && lastChange > change);

/** A chat that is further behind is not caught up with: its history begins anew at its end, and the rest is older. */
const FAR = 1_000;

/** The chat as the server has just described it to the user; of what was known `before`, whatever is further stays. */
export function described(chat: Chat, userId: string, before?: ChatState): ChatState {
  const { members, ...rest } = chat;
  const near = before && chat.lastSeq - before.history.upTo <= FAR;
  const history = near ? before.history : historyFrom(chat.lastSeq);
  return seen({
    ...rest,
    userId,
    lastSeq: Math.max(chat.lastSeq, before?.lastSeq ?? 0),
    ...(chat.lastChange !== undefined && { lastChange: Math.max(chat.lastChange, before?.lastChange ?? 0) }),
    // Whoever begins here has missed nothing; whoever holds what no change was counted for may have missed all.
    change: near && chat.lastChange !== undefined ? (before.change ?? 0) : chat.lastChange,
    changedElsewhere: before?.changedElsewhere ?? 0,
    era: (before?.era ?? 0) + (near ? 0 : 1),
    lastMessage: newest(chat.lastMessage, before?.lastMessage ?? null),
    members: members ? Object.fromEntries(members.map(each => [each.userId, each])) : (before?.members ?? {}),
    complete: members !== undefined || (before?.complete ?? false),
    history,
    ...readIn(chat, userId, before),
  });
}

/** How far the user has read. Without members the chat only says what that leaves unread: nothing new, or a guess. */
function readIn(
  { members, lastSeq, unread, mentions: counted = 0, lastChange = 0 }: Chat,
  userId: string,
  before?: ChatState,
): Pick<ChatState, 'readSeq' | 'certain' | 'quiet' | 'mentioned'> {
  const told = members?.find(member => member.userId === userId)?.readSeq;
  const mentioned = mentionedOf({ lastSeq, lastChange }, counted, before);
  if (told === undefined && before && before.lastSeq === lastSeq && before.unread === unread)
    return { ...positionOf(before), mentioned };
  const least = told ?? lastSeq - unread;
  const readSeq = Math.max(least, before?.readSeq ?? 0);
  const certain = told !== undefined || (readSeq > least && before?.certain === true);
  const quiet = { upTo: lastSeq, count: lastSeq - least - unread, change: lastChange };
  return { readSeq, certain, quiet, mentioned };
}

/** What the server counted, unless more is known by now, or more was read than it knew of. */
function mentionedOf(now: Pick<ChatState, 'lastSeq' | 'lastChange'>, count: number, before?: ChatState): Counted {
  const { lastSeq, lastChange = 0 } = now;
  if (before && (lastSeq < before.history.upTo || lastChange < (before.change ?? 0))) return before.mentioned;
  return { upTo: lastSeq, count };
}

const positionOf = ({ readSeq, certain, quiet }: ChatState) => ({ readSeq, certain, quiet });

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
  return seen(next);
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
  return seen({ ...next, changedElsewhere, quiet: quietened(next, turned) });
}

/** A page of older messages, and from which seq on there are any, where that was told. */
export function withPage(chat: ChatState, page: readonly Message[], begins = chat.history.begins): ChatState {
  const revs = page.flatMap(({ rev = 0, hidden }) => (hidden ? [] : [rev]));
  const lastChange = chat.lastChange === undefined ? {} : { lastChange: Math.max(chat.lastChange, ...revs) };
  return seen({ ...chat, ...lastChange, history: { ...place(chat.history, page), begins } });
}

/** Without the messages that are far from where somebody looks. As long as something is missing it cannot tell what is unread. */
export function withoutFar(chat: ChatState, view: View | undefined, bounds?: Bounds): ChatState {
  const history = nearTo(chat.history, view, bounds);
  if (history === chat.history || isBehind(chat)) return chat;
  const { upTo } = history;
  const counted = countedOf(chat, chat.quiet);
  const count = counted.count + quietAmong(chat, chat.history.messages, counted.upTo);
  const quiet = { upTo, count, change: Math.max(chat.quiet.change, chat.change ?? 0) };
  return seen({ ...chat, history, quiet, mentioned: { upTo, count: mentionsIn(chat, []) } });
}

const heldAt = (history: History, seq: number): Message | undefined =>
  at(history, seq) ?? history.ahead.find(each => each.seq === seq);

function withMine({ mine = [], ...message }: Message, { emoji = '', on = true }: Changed['by']): Message {
  if (message.deletedAt !== undefined) return message;
  const others = mine.filter(each => each !== emoji);
  return { ...message, mine: on ? [...others, emoji] : others };
}

/**
 * Deleted messages are not unread. Each is counted once, where it is above the watermark and the server has not counted
 * it: when its change has its turn, or, where its place was not known by then, when that is.
 */
const quietened = ({ quiet, readSeq, userId }: ChatState, messages: readonly Message[]): ChatState['quiet'] => {
  const gone = messages.filter(
    ({ seq, rev = 0, deletedAt, senderId, hidden }) =>
      deletedAt !== undefined &&
      !hidden &&
      senderId !== userId &&
      seq > readSeq &&
      seq <= quiet.upTo &&
      rev > quiet.change,
  );
  return gone.length === 0 ? quiet : { ...quiet, count: quiet.count + gone.length };
};

/** The change up to which all changes have had their turn; a server that counts none deletes nothing. */
const turnOf = ({ change }: Pick<ChatState, 'change'>): number => change ?? Number.POSITIVE_INFINITY;

/** Moves the user's own watermark. What it leaves behind is not among what does not count. */
function advanced(chat: ChatState, readSeq: number): ChatState {
  const { history, quiet, mentioned, userId } = chat;
  const turn = Math.max(turnOf(chat), quiet.change);
  const passed = heldIn(history).filter(({ seq }) => seq > chat.readSeq && seq <= readSeq);
  const without = <Of extends Counted>(counted: Of, counts: (message: Message) => boolean): Of => {
    const among = passed.filter(message => message.seq <= counted.upTo && counts(message));
    return { ...counted, count: Math.max(0, counted.count - among.length) };
  };
  return {
    ...{ ...chat, readSeq },
    quiet: without(quiet, message => isQuiet(chat, message, turn)),
    mentioned: without(mentioned, message => mentionsUser(message, userId)),
  };
}

function written(chat: ChatState, { senderId, seq }: Message): ChatState {
  const read = senderId === chat.userId && chat.readSeq === seq - 1 ? advanced(chat, seq) : chat;
  const member = chat.members[senderId];
  if (!member) return read;
  const after = (mark: number): number => (mark === seq - 1 ? seq : mark);
  const follows = { ...member, readSeq: after(member.readSeq), deliveredSeq: after(member.deliveredSeq) };
  return { ...read, members: { ...chat.members, [senderId]: follows } };
}

/**
 * The chat as it is at a server that was set back to an earlier state: seqs are given anew, so nothing that was held
 * counts. Its history begins at its start, or at its end where that is far.
 */
export function restarted(chat: ChatState, { lastSeq, lastChange = 0, readSeqs }: Extent): ChatState {
  const members = Object.entries(chat.members).map(([id, member]): [string, ChatMember] => {
    const readSeq = Math.min(readSeqs[id] ?? 0, lastSeq);
    return [id, { ...member, readSeq, deliveredSeq: readSeq }];
  });
  const isFar = lastSeq > FAR;
  return seen({
    ...chat,
    lastSeq,
    lastMessage: null,
    members: Object.fromEntries(members),
    readSeq: Math.min(readSeqs[chat.userId] ?? 0, lastSeq),
    certain: true,
    quiet: { upTo: 0, count: 0, change: 0 },
    mentioned: { upTo: 0, count: 0 },
    // At the end of its history nothing is held that has changed.
    change: chat.change === undefined ? undefined : isFar ? lastChange : 0,
    lastChange,
    changedElsewhere: 0,
    era: chat.era + 1,
    history: historyFrom(isFar ? lastSeq : 0),
  });
}

/** Whether another message is held at its place: then the server was set back, and its seqs are given anew. */
export const contradicts = ({ history }: ChatState, { seq, id, hidden }: Message): boolean => {
  const held = at(history, seq);
  return held !== undefined && !hidden && !held.hidden && held.id !== id;
};

/**
 * Whether what does not count as unread, or mentions the user, is known as a number only, which tells nothing of where it
 * is: after a step of the watermark over messages that are not held it may be too high.
 */
export const guessesUnread = ({ quiet, mentioned, readSeq, history }: ChatState): boolean =>
  [quiet, mentioned].some(({ count, upTo }) => count > 0 && upTo > readSeq) && firstOf(history) > readSeq + 1;

/** Watermarks only rise; who has read has received. */
export function withReceipt(chat: ChatState, kind: 'read' | 'delivered', { userId, seq }: Receipt): ChatState {
  const member = chat.members[userId] ?? { userId, readSeq: 0, deliveredSeq: 0 };
  const marked: ChatMember = {
    ...member,
    deliveredSeq: Math.max(member.deliveredSeq, seq),
    ...(kind === 'read' && { readSeq: Math.max(member.readSeq, seq) }),
  };
  const members = { ...chat.members, [userId]: marked };
  return seen({ ...chat, members, lastSeq: Math.max(chat.lastSeq, seq) });
}

/** What the user has read, here or on another device. */
export const readUpTo = (chat: ChatState, seq: number): ChatState =>
  seq > chat.readSeq ? seen({ ...advanced(chat, seq), certain: true }) : chat;

/** How far the members have read, as sync tells it: of all of them, or of the user alone. */
export function withReadSeqs(chat: ChatState, readSeqs: Readonly<Record<string, number>>): ChatState {
  const mine = readSeqs[chat.userId] ?? 0;
  const read = chat.certain ? readUpTo(chat, mine) : corrected(chat, mine);
  if (Object.keys(readSeqs).length === 1 && chat.memberCount > 1) return read;
  const members = Object.fromEntries(
    Object.entries(readSeqs).map(([id, seq]): [string, ChatMember] => {
      const member = chat.members[id] ?? { userId: id, readSeq: seq, deliveredSeq: seq };
      const deliveredSeq = Math.max(member.deliveredSeq, seq);
      return [id, { ...member, deliveredSeq, readSeq: Math.max(member.readSeq, seq) }];
    }),
  );
  const complete = chat.complete && Object.values(members).every(({ role }) => role !== undefined);
  return { ...read, members, complete, memberCount: Object.keys(members).length };
}

/** The guess was too high by the user's own messages; or, where it was too low, something was read meanwhile. */
function corrected(chat: ChatState, readSeq: number): ChatState {
  const count = chat.quiet.count + Math.max(0, chat.readSeq - readSeq);
  return seen({ ...chat, readSeq, certain: true, quiet: { ...chat.quiet, count } });
}

export function withMember(chat: ChatState, userId: string): ChatState {
  if (chat.members[userId]) return chat;
  const member: ChatMember = { userId, role: 'member', readSeq: chat.lastSeq, deliveredSeq: chat.lastSeq };
  return { ...chat, members: { ...chat.members, [userId]: member }, memberCount: chat.memberCount + 1 };
}

export function withoutMember(chat: ChatState, userId: string): ChatState {
  if (!chat.members[userId]) return chat;
  const { [userId]: _, ...members } = chat.members;
  return { ...chat, members, memberCount: chat.memberCount - 1 };
}

/** Whatever moved, the number of unread messages follows: those above `readSeq` that others wrote and nobody deleted. */
const seen = (chat: Omit<ChatState, 'mentions'>): ChatState => ({
  ...chat,
  unread: Math.max(0, chat.lastSeq - chat.readSeq - quietUnread(chat)),
  mentions: mentionsIn(chat),
});

type Uncounted = Omit<ChatState, 'mentions'>;

function quietUnread(chat: Uncounted): number {
  const { messages, ahead } = chat.history;
  const { count, upTo } = countedOf(chat, chat.quiet);
  return count + quietAmong(chat, ahead, upTo, Infinity) + quietAmong(chat, messages, upTo, Infinity);
}

/** How many unread messages mention the user, with what waits behind a gap or without. */
function mentionsIn(chat: Uncounted, ahead = chat.history.ahead): number {
  const { count, upTo } = countedOf(chat, chat.mentioned);
  const found = [...above(chat.history.messages, upTo), ...above(ahead, upTo)];
  return count + found.filter(message => mentionsUser(message, chat.userId)).length;
}

/** What need not be looked at. Where the messages held do not begin at `readSeq`, it takes what was counted of those before. */
function countedOf({ readSeq, history }: Uncounted, { count, upTo }: Counted): Counted {
  if (firstOf(history) <= readSeq + 1) return { count: 0, upTo: readSeq };
  return { count: Math.max(0, Math.min(count, upTo - readSeq)), upTo: Math.max(readSeq, upTo) };
}

const above = (messages: readonly Message[], seq: number): readonly Message[] =>
  messages.slice(messages.findLastIndex(each => each.seq <= seq) + 1);

/** How many messages above `after` do not count as unread, as of a change. */
function quietAmong(chat: Uncounted, messages: readonly Message[], after: number, turn = turnOf(chat)): number {
  let count = 0;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at] as Message;
    if (message.seq <= after) break;
    if (isQuiet(chat, message, turn)) count += 1;
  }
  return count;
}

const isQuiet = ({ userId }: Uncounted, { senderId, deletedAt, rev = 0, hidden }: Message, turn: number): boolean =>
  senderId === userId || (deletedAt !== undefined && (hidden === true || rev <= turn));

/** Whether these changes may be of mentions that are counted as a number only, which tells nothing of where they are. */
export function mayMention(chat: ChatState, changed: readonly Message[]): boolean {
  const { readSeq, mentioned, mentions, history, userId } = chat;
  if (firstOf(history) <= readSeq + 1) return false;
  const counted = changed.filter(({ seq }) => seq > readSeq && seq <= mentioned.upTo);
  return counted.some(message => mentions > 0 || mentionsUser(message, userId));
}

/** The chat without what the user hides from themselves. What was said last may be unknown then. */
export function withoutHidden(chat: ChatState, hidden: readonly Stretch[]): ChatState {
  const { messages, ahead, back } = chat.history;
  const left = { messages: veiled(messages, hidden), ahead: veiled(ahead, hidden), back: veiled(back, hidden) };
  const { lastMessage } = chat;
  const isLastHidden = lastMessage !== null && isWithin(hidden, lastMessage.seq);
  const last = isLastHidden ? left.messages.findLast(message => !message.hidden) : lastMessage;
  return seen({ ...chat, history: { ...chat.history, ...left }, lastMessage: last ?? null });
}

const newest = (a: Message | null, b: Message | null): Message | null => {
  if (!a || !b) return a ?? b;
  return a.seq === b.seq ? later(a, b) : a.seq > b.seq ? a : b;
};
