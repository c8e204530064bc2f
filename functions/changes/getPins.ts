/** The pinned messages of a chat. */
import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { Message } from '../domain/model.js';
import { ChatId, strictObject } from '../domain/text.js';

export const getPins = single({
  name: 'getPins',
  access: 'insider',
  needs: ['changes'],
  limits: [RATES.read],
  summary: 'Returns the pinned messages, the newest pin first; as many as come to 1 MiB.',
  input: strictObject({ chatId: ChatId }),
  output: { ok: Type.Object({ messages: Type.Array(Message) }) },
  refuses: ['not_found'],
  async handle({ ports, caller }, { data: { chatId } }) {
    const messages = await ports.changes.pins(chatId, callerOf({ caller }).userId);
    if (!messages) throw new Failure('not_found', 'no such chat');
    return { reply: { messages } };
  },
});
