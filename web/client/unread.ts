/** How much of a chat is unread, and how much of that mentions the user: counted from messages and watermarks each time. */
import type { ChatState, Counted } from './chat.js';
import { firstOf } from './history.js';
import { mentionsUser } from './mentions.js';
import type { Message } from './shapes.js';

/** Whatever moved, the number of unread messages follows: those above `readSeq` that others wrote and nobody deleted. */
export const counted = (chat: Omit<ChatState, 'mentions'>): ChatState => ({
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

/**
 * Deleted messages are not unread. Each is counted once, where it is above the watermark and the server has not counted
 * it: when its change has its turn, or, where its place was not known by then, when that is.
 */
export const quietened = ({ quiet, readSeq, userId }: ChatState, messages: readonly Message[]): ChatState['quiet'] => {
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
export const turnOf = ({ change }: Pick<ChatState, 'change'>): number => change ?? Number.POSITIVE_INFINITY;

/**
 * Whether what does not count as unread, or mentions the user, is known as a number only, which tells nothing of where it
 * is: after a step of the watermark over messages that are not held it may be too high.
 */
export const guessesUnread = ({ quiet, mentioned, readSeq, history }: ChatState): boolean =>
  [quiet, mentioned].some(({ count, upTo }) => count > 0 && upTo > readSeq) && firstOf(history) > readSeq + 1;

/** Whether these changes may be of mentions that are counted as a number only, which tells nothing of where they are. */
export function mayMention(chat: ChatState, changed: readonly Message[]): boolean {
  const { readSeq, mentioned, mentions, history, userId } = chat;
  if (firstOf(history) <= readSeq + 1) return false;
  const counted = changed.filter(({ seq }) => seq > readSeq && seq <= mentioned.upTo);
  return counted.some(message => mentions > 0 || mentionsUser(message, userId));
}

/** How many unread messages mention the user, with what waits behind a gap or without. */
export function mentionsIn(chat: Uncounted, ahead = chat.history.ahead): number {
  const { count, upTo } = countedOf(chat, chat.mentioned);
  const found = [...above(chat.history.messages, upTo), ...above(ahead, upTo)];
  return count + found.filter(message => mentionsUser(message, chat.userId)).length;
}

/** How many of those held at the end need not be looked at once they are let go, with what was counted before. */
export function quietBefore(chat: ChatState): number {
  const { count, upTo } = countedOf(chat, chat.quiet);
  return count + quietAmong(chat, chat.history.messages, upTo);
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

export const isQuiet = (
  { userId }: Uncounted,
  { senderId, deletedAt, rev = 0, hidden }: Message,
  turn: number,
): boolean => senderId === userId || (deletedAt !== undefined && (hidden === true || rev <= turn));
