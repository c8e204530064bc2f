/** Deletes a message over HTTP. */
import Type from 'typebox';
import { single } from '../define.js';
import { Place, Scope } from '../domain/change.js';
import { ACCEPTED, ChangeAccepted, wish } from '../domain/changing.js';
import { messageChange } from '../domain/events.js';
import { hide } from '../domain/hiding.js';
import { RATES } from '../domain/limits.js';
import { strictObject } from '../domain/text.js';

export const removeMessage = single({
  name: 'removeMessage',
  access: 'insider',
  needs: ['ownState'],
  limits: [RATES.change],
  emits: ['me:changed'],
  publishes: [messageChange],
  summary:
    'Deletes a message for everybody: for its sender, the owner and the admins. What is left of it says nothing. With scope `me` hides it from the caller, on all their devices, and from nobody else.',
  input: strictObject({ ...Place, scope: Scope }),
  output: { ok: Type.Undefined(), accepted: ChangeAccepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data: { chatId, seq, scope } }) =>
    scope === 'me' ? hide(context, chatId, { from: seq, to: seq }) : wish(context, { kind: 'delete', chatId, seq }),
  settle: (_context, { data: { scope } }, { reply }) => (reply || scope === 'me' ? {} : ACCEPTED),
});
