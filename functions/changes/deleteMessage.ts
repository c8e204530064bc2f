/** Deletes a message over a live connection. */
import Type from 'typebox';
import { single } from '../define.js';
import { Place } from '../domain/change.js';
import { acknowledged, ChangeAccepted, ChangeStored, wish } from '../domain/changing.js';
import { messageChange } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { strictObject } from '../domain/text.js';

export const deleteMessage = single({
  name: 'deleteMessage',
  access: 'insider',
  needs: [],
  limits: [RATES.change],
  publishes: [messageChange],
  summary:
    'Deletes a message for everybody: for its sender, the owner and the admins. What is left of it says nothing.',
  input: strictObject({ ...Place, scope: Type.Literal('all') }),
  output: { ok: ChangeStored, accepted: ChangeAccepted },
  refuses: ['not_found', 'forbidden'],
  handle: (context, { data: { chatId, seq } }) => wish(context, { kind: 'delete', chatId, seq }),
  settle: (_context, { data }, { reply }) => acknowledged(data, reply),
});
