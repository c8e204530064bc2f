/** Hides the history of a chat from the caller, on all their devices, and from nobody else. */
import Type from 'typebox';
import { single } from '../define.js';
import { hide } from '../domain/hiding.js';
import { RATES } from '../domain/limits.js';
import { ChatId, SAMPLE, strictObject } from '../domain/text.js';

export const hideMessages = single({
  name: 'hideMessages',
  access: 'member',
  needs: ['ownState'],
  limits: [RATES.changeOwn],
  emits: ['me:changed'],
  summary: 'Hides all messages up to `upTo` from the caller, for good, and from nobody else.',
  input: strictObject(
    {
      chatId: ChatId,
      upTo: Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'A seq; where it is above the last one, all messages that there are',
      }),
    },
    { examples: [{ chatId: SAMPLE.chat, upTo: 1 }] },
  ),
  refuses: ['forbidden', 'not_found', 'conflict'],
  handle: (context, { data: { chatId, upTo } }) => hide(context, chatId, { from: 1, to: upTo }),
});
