/** Pins a message over a live connection, or takes the pin away. */
import { single } from '../define.js';
import { Place, Switch } from '../domain/change.js';
import { acknowledged, ChangeAccepted, ChangeStored, wish } from '../domain/changing.js';
import { messageChange } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { strictObject } from '../domain/text.js';

export const pinMessage = single({
  name: 'pinMessage',
  access: 'insider',
  needs: [],
  limits: [RATES.change],
  publishes: [messageChange],
  summary:
    'Pins a message or takes the pin away, as `on` says: for the owner and the admins, in direct chats for both.',
  input: strictObject({ ...Place, ...Switch }),
  output: { ok: ChangeStored, accepted: ChangeAccepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data }) => wish(context, { kind: 'pin', ...data }),
  settle: (_context, { data }, { reply }) => acknowledged(data, reply),
});
