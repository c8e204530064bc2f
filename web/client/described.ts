/** What the client makes of a chat that the server describes as a whole, or that it has to begin anew. */
import type { ChatMember, ChatState, Counted, Extent } from './chat.js';
import { historyFrom, newest } from './history.js';
import type { Chat } from './shapes.js';
import { counted } from './unread.js';

/** A chat that is further behind is not caught up with: its history begins anew at its end, and the rest is older. */
const FAR = 1_000;

/** The chat as the server has just described it to the user; of what was known `before`, whatever is further stays. */
export function described(chat: Chat, userId: string, before?: ChatState): ChatState {
  const { members, ...rest } = chat;
  const near = before && chat.lastSeq - before.history.upTo <= FAR;
  const history = near ? before.history : historyFrom(chat.lastSeq);
  return counted({
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
  return counted({
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
