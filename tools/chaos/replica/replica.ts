/**
 * What a device holds of its user's chats, by the rules of the contract: a message of the highest `rev` that was shown,
 * whatever the order of arrival; of each chat a seq and a change up to which nothing is missing; and what the user hides
 * from themselves. Devices keep one while they run; the checker makes it anew from the log.
 */
import type { Message, OwnNews, Synced } from '#support/shapes.js';
import { changeIn, type HeldChat, hear, take } from './held-chat.js';
import { createOwnReplica } from './own-replica.js';

export interface MessageChanged {
  readonly chatId: string;
  readonly change: number;
  readonly message: Message;
  readonly by: { readonly userId: string; readonly emoji?: string; readonly on?: boolean };
  readonly kind: string;
}

type Cursor = number | { readonly seq: number; readonly change: number };

export interface SyncAsked {
  readonly cursors: Readonly<Record<string, Cursor>>;
  readonly limit: number;
  readonly me?: number;
}

export interface Replica {
  /** Takes an event; answers whether it shows that something was missed. */
  hear(event: string, data: unknown): boolean;
  /** What to ask `sync` for. A server of an older version takes seqs alone. */
  asks(limit: number, older: boolean): SyncAsked;
  /** Takes the answer; answers whether there is more to ask for. */
  take(asked: SyncAsked, answer: Synced): boolean;
  /** What it holds of the chat, hidden or not. */
  messages(chatId: string): ReadonlyMap<number, Message>;
  hides(chatId: string, seq: number): boolean;
}

const NONE: ReadonlyMap<number, Message> = new Map();

export function createReplica(): Replica {
  const chats = new Map<string, HeldChat>();
  const own = createOwnReplica();

  function chatOf(chatId: string): HeldChat {
    const chat = chats.get(chatId) ?? { messages: new Map(), upTo: 0, change: undefined, synced: false };
    chats.set(chatId, chat);
    return chat;
  }

  /** Whether there is more to ask for. */
  function takeChat(asked: Cursor | undefined, answer: Synced['chats'][number]): boolean {
    const { chatId, messages, changed = [], changeUpto, lastSeq, more, reset } = answer;
    if (reset) chats.delete(chatId);
    const chat = chatOf(chatId);
    const from = typeof asked === 'object' ? asked.seq : (asked ?? 0);
    // What an older server has shown says less.
    const restarts = changeUpto !== undefined && chat.change === undefined && from > 0;
    for (const message of [...messages, ...changed]) take(chat, message);
    chat.upTo = restarts ? 0 : Math.max(chat.upTo, more ? (messages.at(-1)?.seq ?? from) : lastSeq);
    // An answer to no change begins at the present one: which of those before it were missed is to be asked for.
    const told = typeof asked === 'object' ? changeUpto : changeUpto === undefined ? undefined : 0;
    if (told !== undefined) chat.change = Math.max(chat.change ?? 0, told);
    chat.synced = true;
    return restarts || more || (changeUpto ?? 0) > (chat.change ?? 0);
  }

  return {
    hear(event, data) {
      if (event === 'message:new') {
        const message = data as Message;
        return hear(chatOf(message.chatId), message);
      }
      if (event === 'message:changed') {
        const { chatId, change, message } = data as MessageChanged;
        return changeIn(chatOf(chatId), change, message);
      }
      return event === 'me:changed' && own.hear(data as OwnNews);
    },
    asks(limit, older) {
      // A chat that no answer has told of is asked for from its beginning.
      const known = [...chats].filter(([, { synced }]) => synced);
      const cursors = known.map(([chatId, { upTo, change }]): [string, Cursor] => [
        chatId,
        older || change === undefined ? upTo : { seq: upTo, change },
      ]);
      return { cursors: Object.fromEntries(cursors), limit, ...(!older && { me: own.note }) };
    },
    take({ cursors }, answer) {
      for (const chatId of answer.unknown) chats.delete(chatId);
      const more = answer.chats.map(chat => takeChat(cursors[chat.chatId], chat));
      const moreOwn = answer.me !== undefined && own.take(answer.me);
      return moreOwn || more.includes(true);
    },
    messages: chatId => chats.get(chatId)?.messages ?? NONE,
    hides: own.hides,
  };
}
