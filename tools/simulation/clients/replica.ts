/**
 * What a client keeps of its chats: each without holes from the first message on. It takes a live message that is the
 * next one, knows what it has, and says so when one is missing in between.
 */
import type { Message } from '#functions/domain/model.js';

export interface Replica {
  readonly chats: ReadonlyMap<string, readonly Message[]>;
  /** False when there is a gap before it. */
  take(message: Message): boolean;
  /** How many messages of the chat, which are all up to that seq. */
  held(chatId: string): number;
  cursors(): Record<string, number>;
}

export function createReplica(): Replica {
  const chats = new Map<string, Message[]>();
  return {
    chats,
    take(message) {
      const held = chats.get(message.chatId) ?? [];
      chats.set(message.chatId, held);
      if (message.seq > held.length + 1) return false;
      if (message.seq === held.length + 1) held.push(message);
      return true;
    },
    held: chatId => chats.get(chatId)?.length ?? 0,
    cursors: () => Object.fromEntries([...chats].map(([chatId, held]) => [chatId, held.length])),
  };
}
