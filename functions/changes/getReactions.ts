/** Who reacted to a message, and with what. */
import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { Place, Reactor } from '../domain/change.js';
import { isEmoji } from '../domain/emoji.js';
import { isId } from '../domain/id.js';
import { RATES } from '../domain/limits.js';
import { SAMPLE, strictObject } from '../domain/text.js';

/** Of a message of a thousand members, who have three each, in a few. */
const PAGE = 500;

const Cursor = Type.String({
  maxLength: 128,
  description: 'Where the page before ended, as it was answered',
  examples: [`${SAMPLE.user}_👍`],
});

export const getReactions = single({
  name: 'getReactions',
  access: 'insider',
  needs: ['changes'],
  limits: [RATES.read],
  summary: `Returns who reacted to a message, with what and when, ${PAGE} at a time. A message that has none, or was deleted, has an empty list.`,
  input: strictObject({ ...Place, cursor: Type.Optional(Cursor) }),
  output: { ok: Type.Object({ reactions: Type.Array(Reactor), nextCursor: Type.Optional(Cursor) }) },
  refuses: ['not_found'],
  async handle({ ports, caller }, { data: { chatId, seq, cursor } }) {
    const after = cursor === undefined ? {} : { after: read(cursor) };
    const reactions = await ports.changes.reactors({ chatId, seq }, callerOf({ caller }).userId, {
      limit: PAGE,
      ...after,
    });
    if (!reactions) throw new Failure('not_found', 'no such message');
    const last = reactions.length === PAGE ? reactions.at(-1) : undefined;
    return { reply: { reactions, ...(last && { nextCursor: `${last.userId}_${last.emoji}` }) } };
  },
});

function read(cursor: string): { userId: string; emoji: string } {
  const [userId = '', emoji = ''] = cursor.split('_');
  if (isId(userId) && isEmoji(emoji)) return { userId, emoji };
  const message = 'not a cursor of this list';
  throw new Failure('invalid', message, { errors: [{ path: '/cursor', message }] });
}
