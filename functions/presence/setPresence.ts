/**
 * Tells people that somebody came or went. An event only says whom to look at: hints come late, twice and in any order,
 * so what is stored and told is what holds now.
 */

import type { Event } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { batch } from '../define.js';
import { PresenceOf } from '../domain/model.js';
import { room } from '../domain/names.js';
import { Time, UserId } from '../domain/text.js';
import { isoTime, normalTime } from '../domain/time.js';

/** Members that this version does not know are ignored: publishers of the next version run beside it. */
const Input = Type.Object({
  userId: UserId,
  status: PresenceOf.properties.status,
  lastSeenAt: Type.Optional(Type.Union([Time, Type.Null()])),
});

/** When each user was last seen as far as the hints tell, never later than now: a foreign clock must not freeze it. */
function lastHints(events: readonly Event<Static<typeof Input>>[], now: string): Map<string, string> {
  const seen = new Map<string, string>();
  for (const { data } of events) {
    const hint = normalTime(data.lastSeenAt ?? '') ?? now;
    const at = hint < now ? hint : now;
    if (at > (seen.get(data.userId) ?? '')) seen.set(data.userId, at);
  }
  return seen;
}

export const setPresence = batch({
  name: 'setPresence',
  access: 'internal',
  needs: ['chats', 'presence', 'users'],
  emits: ['presence:changed'],
  summary: 'Stores when users were last seen, and tells those who may see it whether they are online.',
  input: Input,
  async handle(context, events) {
    const { chats, presence, users } = context.ports;
    const now = isoTime(context.now);
    const seen = lastHints(events, now);
    const online = await presence.online([...seen.keys()]);

    const told = await Promise.all(
      [...seen].map(async ([userId, at]) => {
        const data: PresenceOf = online.has(userId)
          ? { userId, status: 'online', lastSeenAt: now }
          : { userId, status: 'offline', lastSeenAt: at };
        if (data.status === 'offline') await users.setLastSeen(userId, at);
        const to = (await chats.presenceIdsOf(userId)).map(room.chat);
        return { send: 'presence:changed' as const, data, to, except: [room.user(userId)] };
      }),
    );
    return { items: events.map(() => ({})), emit: told.filter(({ to }) => to.length > 0) };
  },
});
