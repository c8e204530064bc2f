/** A stretch of a chat's history. */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { outside } from '../domain/inside.js';
import { RATES } from '../domain/limits.js';
import { Message } from '../domain/model.js';
import { DEFAULT_LIMIT, Limit } from '../domain/paging.js';
import { ChatId, SAMPLE, Seq, strictObject } from '../domain/text.js';

export const getHistory = single({
  name: 'getHistory',
  access: 'member',
  needs: ['messages'],
  limits: [RATES.read],
  summary:
    'Returns messages in ascending order of `seq`: those right after `after`, those right before `before`, or the newest. Fewer than `limit` when they would exceed 1 MiB; the first message has `seq` 1.',
  input: strictObject(
    {
      chatId: ChatId,
      before: Type.Optional(Seq),
      after: Type.Optional(Seq),
      limit: Type.Optional(Limit),
    },
    { examples: [{ chatId: SAMPLE.chat, after: 0, limit: DEFAULT_LIMIT }] },
  ),
  output: { ok: Type.Object({ messages: Type.Array(Message) }) },
  refuses: ['forbidden'],
  async handle({ ports, caller }, { data: { chatId, limit = DEFAULT_LIMIT, ...bounds } }) {
    if (bounds.before !== undefined && bounds.after !== undefined) {
      const message = 'give before or after, not both';
      throw new Failure('invalid', message, { errors: [{ path: '/after', message }] });
    }
    const messages = await ports.messages.page(chatId, callerOf({ caller }).userId, { ...bounds, limit });
    if (!messages) throw outside();
    return { reply: { messages } };
  },
});
