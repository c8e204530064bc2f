/**
 * Finds people by what they show of themselves, and names those whom the caller shares a chat with by their ids: chats
 * know their members by nothing else. An e-mail address neither finds anybody nor is found.
 */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { isId } from '../domain/id.js';
import { RATES } from '../domain/limits.js';
import { Person, type Profile } from '../domain/model.js';
import { LIMITS } from '../domain/names.js';
import { SAMPLE, strictObject, text } from '../domain/text.js';

const LONGEST = 64;
/** Characters of an id and the comma after it. */
const ID_CHARACTERS = 37;

export const findUsers = single({
  name: 'findUsers',
  access: 'user',
  needs: ['users'],
  limits: [RATES.search, RATES.lookUp],
  summary:
    'Finds users by part of their username or display name, or one by their full id. With `ids`, returns those users who share a chat with the caller and leaves out the others.',
  input: strictObject(
    {
      query: Type.Optional(text(1, 256)),
      ids: Type.Optional(
        text(1, LIMITS.namedUsers * ID_CHARACTERS, {
          description: `Up to ${LIMITS.namedUsers} ids of users with commas between them, instead of \`query\``,
        }),
      ),
    },
    { examples: [{ query: 'ann' }, { ids: SAMPLE.user }] },
  ),
  output: { ok: Type.Object({ users: Type.Array(Person) }) },
  async handle(context, { data: { query, ids } }) {
    const { users } = context.ports;
    const { userId } = callerOf(context);
    if (ids !== undefined) {
      if (query !== undefined) throw refusal('/ids', 'cannot be given together with query');
      return { reply: { users: await users.named(userId, idsIn(ids)) } };
    }
    const wanted = queryIn(query);
    const meant = isId(wanted) ? await users.profile(wanted) : undefined;
    const found = await users.search(wanted, userId);
    return { reply: { users: [...(meant ? [shownOf(meant)] : []), ...found] } };
  },
});

function queryIn(query: string | undefined): string {
  if (query === undefined) throw refusal('/query', 'is required, or ids');
  const wanted = query.trim();
  if (wanted === '' || [...wanted].length > LONGEST) {
    throw refusal('/query', `must be 1 to ${LONGEST} characters, spaces around it not counted`);
  }
  return wanted;
}

function idsIn(text: string): readonly string[] {
  const ids = text.split(',');
  if (!ids.every(isId)) throw refusal('/ids', 'must be ids with commas between them');
  if (ids.length > LIMITS.namedUsers) throw refusal('/ids', `must be ${LIMITS.namedUsers} ids at most`);
  return [...new Set(ids)];
}

const refusal = (path: `/${string}`, message: string) =>
  new Failure('invalid', `${path.slice(1)} ${message}`, { errors: [{ path, message }] });

const shownOf = ({ id, username, displayName }: Profile): Person => ({ id, username, displayName });
