/**
 * Tells people that somebody came or went. An event only says whom to look at: hints come late, twice and in any order,
 * so what is stored and told is what holds now. Hints about one user may be worked on at the same time, and who looked
 * first may tell last: so each looks again when it has told, and tells what has become different.
 */

import type { Context, Emission, Event } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { batch } from '../define.js';
import { PresenceOf } from '../domain/model.js';
import { room } from '../domain/names.js';
import { Time, UserId } from '../domain/text.js';
import { isoTime, normalTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

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

type PresenceChange = Emission<'presence:changed'>;

/** Stores when those who are gone were last seen; what is told of each to those who may see it, if there are any. */
async function tell(
  { now, ports: { chats, presence, users } }: Context<Pick<Ports, 'chats' | 'presence' | 'users'>>,
  seen: ReadonlyMap<string, string>,
  isNews: (userId: string, status: PresenceOf['status']) => boolean = () => true,
): Promise<PresenceChange[]> {
  const online = await presence.online([...seen.keys()]);
  const told = [...seen].map(async ([userId, at]): Promise<PresenceChange[]> => {
    const data: PresenceOf = online.has(userId)
      ? { userId, status: 'online', lastSeenAt: isoTime(now) }
      : { userId, status: 'offline', lastSeenAt: at };
    if (!isNews(userId, data.status)) return [];
    if (data.status === 'offline') await users.setLastSeen(userId, at);
    const to = (await chats.presenceIdsOf(userId)).map(room.chat);
    return to.length > 0 ? [{ send: 'presence:changed', data, to, except: [room.user(userId)] }] : [];
  });
  return (await Promise.all(told)).flat();
}

export const setPresence = batch({
  name: 'setPresence',
  access: 'internal',
  needs: ['chats', 'presence', 'users'],
  emits: ['presence:changed'],
  summary: 'Stores when users were last seen, and tells those who may see it whether they are online.',
  input: Input,
  async handle(context, events) {
    const emit = await tell(context, lastHints(events, isoTime(context.now)));
    return { items: events.map(() => ({})), emit };
  },
  async settle(context, events, { emit = [] }) {
    const said = new Map(emit.map(each => (each as { data: PresenceOf }).data).map(data => [data.userId, data.status]));
    const seen = new Map([...lastHints(events, isoTime(context.now))].filter(([userId]) => said.has(userId)));
    if (seen.size === 0) return {};
    const news = await tell(context, seen, (userId, status) => status !== said.get(userId));
    return news.length > 0 ? { emit: news, unsettled: true } : {};
  },
});
