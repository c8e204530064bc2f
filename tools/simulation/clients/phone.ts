/**
 * A device that only listens and asks, and is signed out at some time. It stays on its connection for as long as it is
 * let, and comes back until it is refused: what it is shown after that is for the oracle.
 */
import type { MessageChanged } from '#functions/domain/change.js';
import type { Message } from '#functions/domain/model.js';
import type { SyncedChat } from '#functions/ports/messages.js';
import { sleep } from '../patience.js';
import type { DeviceOptions } from './device.js';
import { type Line, openLine } from './line.js';

export interface Phone {
  readonly name: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly token: string;
  readonly line: Line;
}

const ANSWER_WITHIN_MS = 5_000;

export function createPhone(options: Omit<DeviceOptions, 'rules'> & { readonly sessionId: string }): Phone {
  const { scheduler, name, userId, sessionId, token, fronts, seen } = options;
  const { chance, now } = scheduler;
  const show = (how: 'live' | 'sync', message: Message): void =>
    void seen.phoneSights.push({ at: now(), sessionId, how, message });

  const line = openLine({
    scheduler,
    token,
    fronts,
    onConnected: () => void look(line.connection()),
    hear(event, data) {
      if (event === 'message:new') show('live', data as Message);
      if (event === 'message:changed') show('live', (data as MessageChanged).message);
    },
  });

  async function look(connection: number): Promise<void> {
    while (line.connection() === connection && !line.over()) {
      const invokedAt = now();
      const answer = await line.ask('sync', { cursors: {}, limit: 3 }, ANSWER_WITHIN_MS);
      if (answer?.ok) {
        seen.phoneAnswers.push({ invokedAt, at: now(), sessionId });
        const { chats } = answer.data as unknown as { chats: readonly SyncedChat[] };
        for (const message of chats.flatMap(({ messages }) => messages)) show('sync', message);
      }
      await sleep(chance.between(100, 2_000));
    }
  }

  return { name, userId, sessionId, token, line };
}
