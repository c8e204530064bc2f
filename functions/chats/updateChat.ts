/** Changes a group: its title, whether its messages are taken elsewhere, whether it keeps what they said before. */
import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { insideOf } from '../domain/inside.js';
import { RATES } from '../domain/limits.js';
import { Chat, KeepVersions } from '../domain/model.js';
import { chatUpdated } from '../domain/news.js';
import { retell } from '../domain/retell.js';
import { ChatId, strictObject } from '../domain/text.js';
import { Title, titleOf } from '../domain/title.js';

export const updateChat = single({
  name: 'updateChat',
  access: 'manager',
  needs: ['chats'],
  limits: [RATES.changeChat],
  emits: ['chat:updated'],
  summary: 'Changes a group: what is given, and nothing else. Its members are notified.',
  input: strictObject({
    chatId: ChatId,
    title: Type.Optional(Title),
    noForwards: Type.Optional(Type.Boolean({ description: 'Whether its messages stay in it' })),
    keepVersions: Type.Optional(KeepVersions),
  }),
  output: { ok: Chat },
  refuses: ['not_found', 'forbidden', 'conflict'],
  async handle({ ports, caller }, { data: { chatId, title, ...rest } }) {
    if (title === undefined && Object.keys(rest).length === 0) throw new Failure('invalid', 'say what is to change');
    const changed = await ports.chats.update(chatId, {
      ...(title !== undefined && { title: titleOf(title) }),
      ...rest,
    });
    const chat = await ports.chats.view(chatId, callerOf({ caller }).userId);
    if (!chat) throw new Failure('not_found', 'no such chat');
    if (!changed) throw new Failure('conflict', 'a direct chat has none of these');
    return { reply: chat, emit: chatUpdated(chat, await ports.chats.readersOf(chatId)) };
  },
  async settle({ ports, caller }, _event, { outcome }) {
    const { userId } = callerOf({ caller });
    const again = await retell(ports, userId, outcome);
    // The members are told what was changed, also by who was out by the time that it was read.
    if (!again.unsettled) insideOf(outcome.reply as Chat, userId);
    return { ...again, reply: outcome.reply as Chat };
  },
});
