/**
 * Stand-ins for messages that a user hides from themselves, for clients of version 1: these take it that seqs have no holes,
 * and would ask for what is missing for ever. A stand-in looks like a deleted message and says nothing of the one that it
 * stands for.
 */
import type { SyncedChat } from '../ports/messages.js';
import type { Message } from './model.js';

/** The chats of an answer without holes; `limit` stand-ins at most, over all of them: the rest is asked for again. */
export function withStandIns(
  chats: readonly SyncedChat[],
  cursors: Readonly<Record<string, unknown>>,
  userId: string,
  limit: number,
): readonly SyncedChat[] {
  let left = limit;
  return chats.map(chat => {
    const cursor = cursors[chat.chatId];
    if (typeof cursor !== 'number') return chat;
    const { count, messages, more } = withoutHoles(chat, cursor, userId, left);
    left -= count;
    return { ...chat, messages, more };
  });
}

interface Filled extends Pick<SyncedChat, 'messages' | 'more'> {
  /** Of stand-ins. */
  readonly count: number;
}

function withoutHoles(chat: SyncedChat, cursor: number, userId: string, room: number): Filled {
  const { chatId, messages, firstSeq, lastSeq, more, reset } = chat;
  const from = Math.max(firstSeq - 1, reset ? 0 : cursor);
  const upTo = more ? (messages.at(-1)?.seq ?? from) : lastSeq;
  if (upTo - from <= messages.length) return { messages, more, count: 0 };
  const dense: Message[] = [];
  let next = 0;
  let count = 0;
  for (let seq = from + 1; seq <= upTo; seq++) {
    const message = messages[next];
    if (message?.seq === seq) {
      dense.push(message);
      next += 1;
    } else if (count < room) {
      dense.push(standIn(chatId, seq, userId, dense.at(-1) ?? message));
      count += 1;
    } else return { messages: dense, more: true, count };
  }
  return { messages: dense, more, count };
}

const EPOCH = '1970-01-01T00:00:00.000Z';

/** Of the user themselves, so that it is unread to nobody. */
function standIn(chatId: string, seq: number, userId: string, near: Message | undefined): Message {
  const id = `${chatId.slice(0, 24)}${seq.toString(16).padStart(12, '0')}`;
  const at = near?.sentAt ?? EPOCH;
  return {
    ...{ chatId, seq, id, clientId: `hidden-${seq}`, senderId: userId, body: '', replyTo: null, sentAt: at },
    ...{ rev: 0, reactions: [], deletedAt: at, deletedBy: userId },
  };
}
