/** Keeps a client's seqs of each chat, asks for what is missing after a reconnect or a jump, and sends receipts. */
import type { Message, Synced } from '#support/shapes.js';
import type { Random } from '../random.js';
import type { Client } from './client.js';

const SETTLE_MS = 150;
const SEEN = ['message:read', 'message:delivered'] as const;

export interface Reader {
  /** Resolves when the client has all that the server has, false when the server did not answer. */
  sync(): Promise<boolean>;
  /** The highest seq up to which there is no hole. */
  cursor(chatId: string): number;
}

interface Held {
  upTo: number;
  readonly beyond: Set<number>;
}

export function readWith(client: Client, random: Random): Reader {
  const chats = new Map<string, Held>();
  let due = false;
  let running: Promise<boolean> | undefined;

  function keep({ chatId, seq }: Message): Held {
    const held = chats.get(chatId) ?? { upTo: 0, beyond: new Set() };
    chats.set(chatId, held);
    if (seq > held.upTo) held.beyond.add(seq);
    while (held.beyond.delete(held.upTo + 1)) held.upTo++;
    return held;
  }

  function syncSoon(): void {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      void sync();
    }, SETTLE_MS);
  }

  function sync(): Promise<boolean> {
    running ??= ask().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function ask(): Promise<boolean> {
    for (;;) {
      const cursors = Object.fromEntries([...chats].map(([chatId, { upTo }]) => [chatId, upTo]));
      const answer = await client.emit<Synced>('sync', { cursors, limit: 200 });
      if (!answer.ok) return false;
      for (const chatId of answer.data.unknown) chats.delete(chatId);
      for (const { messages } of answer.data.chats) for (const message of messages) keep(message);
      if (!answer.data.chats.some(({ more }) => more)) return true;
    }
  }

  client.onConnected = syncSoon;
  client.onEvent = (event, data) => {
    if (event !== 'message:new') return;
    const message = data as Message;
    const { upTo } = keep(message);
    if (upTo < message.seq) syncSoon();
    const { chatId } = message;
    const seen = random.pick(SEEN);
    if (random.chance(0.1)) void client.emit(seen, { chatId, seq: message.seq });
  };
  return { sync, cursor: chatId => chats.get(chatId)?.upTo ?? 0 };
}
