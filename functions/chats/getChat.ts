/** One chat, with its members and how far each has read. */
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { insideOf } from '../domain/inside.js';
import { Chat } from '../domain/model.js';
import { ChatId, strictObject } from '../domain/text.js';

export const getChat = single({
  name: 'getChat',
  access: 'member',
  needs: ['chats'],
  summary: 'Returns a chat as the caller sees it, with its members.',
  input: strictObject({ chatId: ChatId }),
  output: { ok: Chat },
  refuses: ['not_found', 'forbidden'],
  async handle({ ports, caller }, { data: { chatId } }) {
    const { userId } = callerOf({ caller });
    const chat = await ports.chats.view(chatId, userId);
    if (!chat) throw new Failure('not_found', 'no such chat');
    return { reply: insideOf(chat, userId) };
  },
});
