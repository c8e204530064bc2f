/** Keeps what the device is shown, asks for what is missing after a reconnect or a jump, and sends receipts. */
import type { Message, Synced } from '#support/shapes.js';
import type { Random } from '../random.js';
import { createReplica, type Replica } from '../replica/replica.js';
import type { Client } from './client.js';

const SETTLE_MS = 150;
/** With few in an answer, it takes many. */
const LIMITS = [10, 200, 200] as const;
const SEEN = ['message:read', 'message:delivered'] as const;

export interface Reader {
  /** Resolves when the client has all that the server has, false when the server did not answer. */
  sync(): Promise<boolean>;
  /** What it has of the chat. */
  messages: Replica['messages'];
}

export function readWith(client: Client, random: Random): Reader {
  const replica = createReplica();
  let due = false;
  let running: Promise<boolean> | undefined;

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
    let older = false;
    const limit = random.pick(LIMITS);
    for (;;) {
      const asked = replica.asks(limit, older);
      const answer = await client.emit<Synced>('sync', asked);
      // A gateway of an older version knows no changes.
      if (!answer.ok && answer.code === 'invalid' && !older) older = true;
      else if (!answer.ok) return false;
      else if (!replica.take(asked, answer.data)) return true;
    }
  }

  client.onConnected = syncSoon;
  client.onEvent = (event, data) => {
    if (replica.hear(event, data)) syncSoon();
    if (event !== 'message:new' || !random.chance(0.1)) return;
    const { chatId, seq } = data as Message;
    void client.emit(random.pick(SEEN), { chatId, seq });
  };
  return { sync, messages: replica.messages };
}
