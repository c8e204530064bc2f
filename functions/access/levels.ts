/** Who may call a function. `authorize` is the only place that decides; the functions themselves never look. */
import type { Level } from 'function-runtime';

export const LEVELS = {
  public: { who: 'anybody, also without signing in', refuses: [] },
  user: { who: 'anybody signed in', refuses: ['unauthorized'] },
  /** What ends may be ended again, when it is not known whether that was heard everywhere. */
  holder: {
    who: 'whoever has a token that is not past its end, also of a session that has ended',
    refuses: ['unauthorized'],
  },
  revoker: {
    who: 'anybody signed in; whose session has ended, for that session alone',
    refuses: ['unauthorized'],
  },
  member: { who: 'a member of the chat', refuses: ['unauthorized', 'forbidden', 'not_found'] },
  insider: {
    who: 'a member of the chat; to anybody else it is not there',
    refuses: ['unauthorized', 'not_found'],
  },
  manager: { who: 'the owner of the chat or an admin', refuses: ['unauthorized', 'forbidden', 'not_found'] },
  owner: { who: 'the owner of the chat', refuses: ['unauthorized', 'forbidden', 'not_found'] },
  /** Who is out already may be removed again. */
  removal: {
    who: 'everybody for themselves, the owner for anybody, an admin for plain members',
    refuses: ['unauthorized', 'forbidden', 'not_found'],
  },
  acquaintance: {
    who: 'the user, and whoever shares a group with them or a direct chat in which they have written',
    refuses: ['unauthorized', 'forbidden'],
  },
  /** Queues, timers, connections and events: never a caller from outside. */
  internal: { who: 'trusted services', refuses: ['forbidden'] },
} as const satisfies Record<string, Level>;

export type Access = keyof typeof LEVELS;

/** Whether a session that has ended is enough to be authenticated. */
export const signedOutToo = (access: Access): boolean => access === 'holder' || access === 'revoker';
