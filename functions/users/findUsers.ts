/**
 * Finds people by what they show of themselves, and by their id: chats name their members by nothing else. An e-mail
 * address neither finds anybody nor is found.
 */
import Type from 'typebox';
import { Failure } from '../../runtime/contract/failure.js';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { isId } from '../domain/id.js';
import { RATES } from '../domain/limits.js';
import { Person, type Profile } from '../domain/model.js';
import { exactly, text } from '../domain/text.js';

const LONGEST = 64;

export const findUsers = single({
  name: 'findUsers',
  access: 'user',
  needs: ['users'],
  limits: [RATES.search],
  summary: 'Finds people by a part of their user name or display name, and one by their whole id.',
  input: exactly({ query: text(1, 256, { examples: ['ann'] }) }),
  output: { ok: Type.Object({ users: Type.Array(Person) }) },
  async handle(context, { data }) {
    const query = data.query.trim();
    if (query === '' || [...query].length > LONGEST) {
      const message = `must be 1 to ${LONGEST} characters, spaces around it not counted`;
      throw new Failure('invalid', `query ${message}`, { errors: [{ path: '/query', message }] });
    }
    const { users } = context.ports;
    const meant = isId(query) ? await users.profile(query) : undefined;
    const found = await users.search(query, callerOf(context).userId);
    return { reply: { users: [...(meant ? [shownOf(meant)] : []), ...found] } };
  },
});

const shownOf = ({ id, username, displayName }: Profile): Person => ({ id, username, displayName });
