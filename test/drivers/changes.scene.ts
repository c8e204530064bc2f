/** Messages in a group, and what its members do to them: what the tests of changes have in common. */
import { randomUUID } from 'node:crypto';
import type { Change } from '#functions/domain/change.js';
import { message, minute, type World } from '../support/world.js';

export function changesScene(world: () => World) {
  /** A group, its owner, an admin and a member who has sent `count` messages. */
  async function scene(count = 2) {
    const { chats, members, messages, people, group } = world();
    const [owner, admin, sender] = (await people(3)) as [string, string, string];
    const chatId = await group([owner, admin, sender]);
    await members.setRole(chatId, admin, 'admin');
    await messages.append(Array.from({ length: count }, (_, n) => message(chatId, sender, `c${n + 1}`)));
    const at = (who: string, seq = 1) => ({ chatId, seq, userId: who, at: minute(2) });
    return {
      ...{ chatId, owner, admin, sender, chats },
      edit: (who: string, body: string, rest: Partial<Extract<Change, { kind: 'edit' }>> = {}): Change => ({
        ...{ kind: 'edit', ...at(who), clientId: randomUUID(), body, ...rest },
      }),
      remove: (who: string, seq = 1): Change => ({ kind: 'delete', ...at(who, seq) }),
      react: (who: string, emoji = '👍', on = true, seq = 1): Change => ({
        kind: 'react',
        ...at(who, seq),
        emoji,
        on,
      }),
      pin: (who: string, on = true, seq = 1): Change => ({ kind: 'pin', ...at(who, seq), on }),
      stored: () => messages.page(chatId, owner, { limit: 200 }),
    };
  }

  const apply = async (...changes: Change[]) => {
    const answers = await world().changes.apply(changes);
    return answers.map(({ change, refused }) => refused?.code ?? change);
  };
  const only = async (change: Change) => (await apply(change))[0];

  return { scene, apply, only };
}
