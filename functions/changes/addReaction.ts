/** Reacts to a message over HTTP. */
import { single } from '../define.js';
import { Place } from '../domain/change.js';
import { ACCEPTED, ChangeAccepted, shown, wish } from '../domain/changing.js';
import { checkEmoji } from '../domain/emoji.js';
import { messageChange } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Message } from '../domain/model.js';
import { Emoji, strictObject } from '../domain/text.js';

export const addReaction = single({
  name: 'addReaction',
  access: 'insider',
  needs: ['messages'],
  limits: [RATES.change],
  publishes: [messageChange],
  summary: 'Puts a reaction of the caller to a message, and returns it.',
  input: strictObject({ ...Place, emoji: Emoji }),
  output: { ok: Message, accepted: ChangeAccepted },
  refuses: ['not_found', 'conflict'],
  handle(context, { data }) {
    checkEmoji(data.emoji);
    return wish(context, { kind: 'react', ...data, on: true });
  },
  settle: async (context, { data }, { reply }) => (reply ? { reply: await shown(context, data) } : ACCEPTED),
});
