/** Gives a group another title. */
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { Chat } from '../domain/model.js';
import { chatUpdated } from '../domain/news.js';
import { retell } from '../domain/retell.js';
import { ChatId, strictObject } from '../domain/text.js';
import { Title, titleOf } from '../domain/title.js';

export const renameChat = single({
  name: 'renameChat',
  access: 'manager',
  needs: ['chats'],
  limits: [RATES.changeChat],
  emits: ['chat:updated'],
  summary: 'Changes the title of a group and notifies its members.',
  input: strictObject({ chatId: ChatId, title: Title }),
  output: { ok: Chat },
  refuses: ['not_found', 'conflict'],
  async handle({ ports, caller }, { data: { chatId, title } }) {
    const changed = await ports.chats.setTitle(chatId, titleOf(title));
    const chat = await ports.chats.view(chatId, callerOf({ caller }).userId);
    if (!chat) throw new Failure('not_found', 'no such chat');
    if (!changed) throw new Failure('conflict', 'a direct chat has no title');
    return { reply: chat, emit: chatUpdated(chat, await ports.chats.readersOf(chatId)) };
  },
  async settle({ ports, caller }, _event, { outcome }) {
    return { ...(await retell(ports, callerOf({ caller }).userId, outcome)), reply: outcome.reply as Chat };
  },
});
