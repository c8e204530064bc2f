/** Finds people by what they show of themselves. An e-mail address neither finds anybody nor is found. */
import { Failure } from '../../runtime/contract/failure.js';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { exactly, text } from '../domain/text.js';

const LONGEST = 64;

export const findUsers = single({
  name: 'findUsers',
  access: 'user',
  needs: ['users'],
  limits: [RATES.search],
  summary: 'Finds people by a part of their user name or display name.',
  input: exactly({ query: text(1, 256) }),
  async handle(context, { data }) {
    const query = data.query.trim();
    if (query === '' || [...query].length > LONGEST) {
      const message = `must be 1 to ${LONGEST} characters, spaces around it not counted`;
      throw new Failure('invalid', `query ${message}`, { errors: [{ path: '/query', message }] });
    }
    return { reply: { users: await context.ports.users.search(query, callerOf(context).userId) } };
  },
});
