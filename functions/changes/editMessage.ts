/** Edits a message over a live connection. */
import { single } from '../define.js';
import { Edit, Place } from '../domain/change.js';
import { acknowledged, ChangeAccepted, ChangeStored, wish } from '../domain/changing.js';
import { messageChange } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { strictObject } from '../domain/text.js';

export const editMessage = single({
  name: 'editMessage',
  access: 'insider',
  needs: [],
  limits: [RATES.change, RATES.editMessage],
  publishes: [messageChange],
  summary: 'Edits a message that the caller has sent. The same `clientId` again is the same edit.',
  input: strictObject({ ...Place, ...Edit }),
  output: { ok: ChangeStored, accepted: ChangeAccepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data }) => wish(context, { kind: 'edit', ...data }),
  settle: (_context, { data }, { reply }) => acknowledged(data, reply),
});
