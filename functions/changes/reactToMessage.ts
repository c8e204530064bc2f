/** Reacts to a message over a live connection, or takes that back. */
import { single } from '../define.js';
import { Place, Switch } from '../domain/change.js';
import { acknowledged, ChangeAccepted, ChangeStored, wish } from '../domain/changing.js';
import { checkEmoji } from '../domain/emoji.js';
import { messageChange } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Emoji, strictObject } from '../domain/text.js';

export const reactToMessage = single({
  name: 'reactToMessage',
  access: 'insider',
  needs: [],
  limits: [RATES.change],
  publishes: [messageChange],
  summary: 'Puts a reaction of the caller to a message, or takes it away: as `on` says, and never the other way.',
  input: strictObject({ ...Place, emoji: Emoji, ...Switch }),
  output: { ok: ChangeStored, accepted: ChangeAccepted },
  refuses: ['not_found', 'conflict'],
  handle(context, { data }) {
    checkEmoji(data.emoji);
    return wish(context, { kind: 'react', ...data });
  },
  settle: (_context, { data }, { reply }) => acknowledged(data, reply),
});
