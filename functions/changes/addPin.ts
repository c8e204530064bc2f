/** Pins a message over HTTP. */
import Type from 'typebox';
import { single } from '../define.js';
import { Place } from '../domain/change.js';
import { ACCEPTED, ChangeAccepted, wish } from '../domain/changing.js';
import { messageChange } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { strictObject } from '../domain/text.js';

export const addPin = single({
  name: 'addPin',
  access: 'insider',
  needs: [],
  limits: [RATES.change],
  publishes: [messageChange],
  summary: 'Pins a message: for the owner and the admins, in direct chats for both.',
  input: strictObject(Place),
  output: { ok: Type.Undefined(), accepted: ChangeAccepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data }) => wish(context, { kind: 'pin', ...data, on: true }),
  settle: (_context, _event, { reply }) => (reply ? {} : ACCEPTED),
});
