/** Somebody is typing, or has stopped. */
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { Nothing } from '../domain/model.js';
import { room } from '../domain/names.js';
import { ChatId, strictObject } from '../domain/text.js';

export const typing = single({
  name: 'typing',
  access: 'member',
  needs: [],
  limits: [RATES.report],
  emits: ['typing'],
  summary: 'Tells the other members that the caller is typing, or has stopped. Nothing is stored.',
  input: strictObject({ chatId: ChatId, active: Type.Boolean() }),
  output: { ok: Nothing },
  handle(context, { data: { chatId, active } }) {
    const { userId } = callerOf(context);
    const data = { chatId, userId, active };
    return {
      reply: {},
      emit: [{ send: 'typing', data, to: [room.chat(chatId)], except: [room.user(userId)] }],
    };
  },
});
