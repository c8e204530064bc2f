/** The owner of a group, who sends a member away now and then and takes them in again; and looks at the chat. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { Asked, Client } from './client.js';

/**
 * Longer than anything stands still: who gives up on a request that is carried out after all could send away somebody
 * who has been taken in again, and nobody would know.
 */
const PATIENCE_MS = 60_000;

export interface Group {
  readonly chatId: string;
  readonly owner: Client;
  readonly others: readonly Client[];
}

export async function rule(group: Group, gateways: readonly string[], random: Random, stopped: () => boolean) {
  const { chatId, owner, others } = group;
  const path = `/v1/chats/${chatId}/members`;
  const insist = async (what: string, userId: string, asked: Asked<unknown>) => {
    for (;;) {
      const outcome = await owner.call(
        random.pick(gateways),
        what,
        { chatId, userId },
        { ...asked, within: PATIENCE_MS },
      );
      if (outcome.ok) return;
      await pause(random.between(200, 600));
    }
  };
  while (!stopped()) {
    await pause(random.between(2_000, 6_000));
    const { id } = random.pick(others);
    await insist('remove', id, { method: 'DELETE', path: `${path}/${id}` });
    await pause(random.between(500, 4_000));
    // Not everybody comes back before the end.
    if (!stopped() || random.chance(0.5)) await insist('add', id, { method: 'POST', path, body: { userId: id } });
  }
}

/** Everybody looks at a chat of theirs now and then: its marks, and what is unread. */
export async function look(client: Client, chatId: string, gateway: string): Promise<void> {
  await client.call(gateway, 'chat', { chatId }, { method: 'GET', path: `/v1/chats/${chatId}` });
}
