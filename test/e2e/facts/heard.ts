/** What the witness has heard, in this order, over all of its lives. */
import type { Chat, Message } from '../../support/shapes.js';

interface Fact {
  readonly id: string;
  readonly type: string;
  readonly data: Pick<Message, 'chatId'> & Partial<Message & { userId: string }>;
  /** Of a message: whether its row was there when the fact came. */
  readonly isStored: boolean;
}

export interface Heard {
  /** For whoever starts the witness. */
  readonly onLine: (line: string) => void;
  /** Of a chat and a type, each time that it came. */
  of(chat: Chat, type: string): readonly Fact[];
}

export function hear(): Heard {
  const facts: Fact[] = [];
  return {
    onLine(line) {
      if (line.includes('"msg":"heard"')) facts.push((JSON.parse(line) as { fact: Fact }).fact);
    },
    of: (chat, type) => facts.filter(fact => fact.type === type && fact.data.chatId === chat.id),
  };
}
