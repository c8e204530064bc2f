/** Edits a message over HTTP. */
import { single } from '../define.js';
import { Edit, Place } from '../domain/change.js';
import { shown, wish } from '../domain/changing.js';
import { messageChange } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Message } from '../domain/model.js';
import { Accepted, accepted } from '../domain/submission.js';
import { strictObject } from '../domain/text.js';

export const patchMessage = single({
  name: 'patchMessage',
  access: 'insider',
  needs: ['messages'],
  limits: [RATES.change, RATES.editMessage],
  publishes: [messageChange],
  summary: 'Edits a message that the caller has sent, and returns it. The same `clientId` again is the same edit.',
  input: strictObject({ ...Place, ...Edit }),
  output: { ok: Message, accepted: Accepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data }) => wish(context, { kind: 'edit', ...data }),
  settle: async (context, { data }, { reply }) =>
    reply ? { reply: await shown(context, data) } : accepted(data.clientId),
});
