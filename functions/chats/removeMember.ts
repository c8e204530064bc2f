/** Takes somebody out of a group: they leave, or are sent away. They hear that they are out, and nothing after it. */
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { chatMemberRemoved } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { room } from '../domain/names.js';
import { chatUpdated, membership } from '../domain/news.js';
import { retell } from '../domain/retell.js';
import { ChatId, strictObject, UserId } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const removeMember = single({
  name: 'removeMember',
  access: 'removal',
  needs: ['chats', 'members'],
  limits: [RATES.changeChat],
  emits: ['chat:member-removed', 'chat:updated'],
  publishes: [chatMemberRemoved],
  summary:
    'Removes a user from a group. When the owner leaves, another member becomes owner and the members are notified.',
  input: strictObject({ chatId: ChatId, userId: UserId }),
  refuses: ['not_found', 'conflict'],
  async handle({ now, ports, caller }, { data: { chatId, userId } }) {
    const before = await ports.members.standing(chatId, userId);
    if (!before) throw new Failure('not_found', 'no such chat');
    if (before.type === 'direct') throw new Failure('conflict', 'nobody leaves a direct chat');
    if (before.standing === 'outsider') throw new Failure('not_found', 'the user is not in the chat');

    const { removed, newOwner } = await ports.members.remove(
      chatId,
      userId,
      isoTime(now),
      userId === callerOf({ caller }).userId,
    );
    const heir = newOwner === undefined ? undefined : await ports.chats.view(chatId, newOwner);
    const gone = { send: 'chat:member-removed' as const, data: { chatId, userId }, to: [room.chat(chatId)] };
    // Also for somebody who is out already: an earlier attempt may have failed between the removal and this.
    return {
      publish: [chatMemberRemoved({ chatId, userId })],
      memberships: [membership(chatId, userId, 'out')],
      emit: [...(removed ? [gone] : []), ...(heir ? chatUpdated(heir, await ports.chats.readersOf(chatId)) : [])],
    };
  },
  settle: ({ ports }, { data: { userId } }, { outcome }) => retell(ports, userId, outcome),
});
