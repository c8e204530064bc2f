/** Deletes a message over a live connection. */
import { single } from '../define.js';
import { Place, Scope } from '../domain/change.js';
import { acknowledged, ChangeAccepted, ChangeStored, wish } from '../domain/changing.js';
import { messageChange } from '../domain/events.js';
import { hide } from '../domain/hiding.js';
import { RATES } from '../domain/limits.js';
import { strictObject } from '../domain/text.js';

export const deleteMessage = single({
  name: 'deleteMessage',
  access: 'insider',
  needs: ['ownState'],
  limits: [RATES.change],
  emits: ['me:changed'],
  publishes: [messageChange],
  summary:
    'Deletes a message for everybody: for its sender, the owner and the admins. What is left of it says nothing. With scope `me` hides it from the caller, on all their devices, and from nobody else.',
  input: strictObject({ ...Place, scope: Scope }),
  output: { ok: ChangeStored, accepted: ChangeAccepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data: { chatId, seq, scope } }) =>
    scope === 'me' ? hide(context, chatId, { from: seq, to: seq }) : wish(context, { kind: 'delete', chatId, seq }),
  settle: (_context, { data }, { reply }) => acknowledged(data, data.scope === 'me' ? { change: 0 } : reply),
});
