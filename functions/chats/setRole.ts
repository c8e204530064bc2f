/** Makes a member an admin, or an admin a plain member. */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { chatUpdated } from '../domain/news.js';
import { retell } from '../domain/retell.js';
import { ChatId, strictObject, UserId } from '../domain/text.js';

export const setRole = single({
  name: 'setRole',
  access: 'owner',
  needs: ['chats', 'members'],
  limits: [RATES.changeChat],
  emits: ['chat:updated'],
  summary: "Changes a member's role and notifies the members. The owner stays owner until they leave.",
  input: strictObject({
    chatId: ChatId,
    userId: UserId,
    role: Type.Union([Type.Literal('admin'), Type.Literal('member')]),
  }),
  refuses: ['not_found', 'conflict'],
  async handle({ ports }, { data: { chatId, userId, role } }) {
    if (!(await ports.members.setRole(chatId, userId, role))) {
      const now = await ports.members.standing(chatId, userId);
      if (now?.standing === 'owner') throw new Failure('conflict', "the owner's role cannot be changed");
      throw new Failure('not_found', 'the user is not in the chat');
    }
    const chat = await ports.chats.view(chatId, userId);
    return { emit: chat ? chatUpdated(chat, await ports.chats.readersOf(chatId)) : [] };
  },
  settle: ({ ports }, { data: { userId } }, { outcome }) => retell(ports, userId, outcome),
});
