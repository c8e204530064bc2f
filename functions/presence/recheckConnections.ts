/**
 * Has connections look once more at what they may be in, some seconds after it changed. They were told when it happened;
 * but that may have been lost, or whoever was to tell may have died before. A change is done with when every gateway has
 * taken that on, so that a crash in between asks again.
 */
import Type, { type Static } from 'typebox';
import { single } from '../define.js';
import { CHANGES_A_RUN, SETTLED_MS } from '../domain/connection.js';
import { room } from '../domain/names.js';
import { strictObject } from '../domain/text.js';
import type { AccessChange } from '../ports/accessChanges.js';

const Rechecked = Type.Object({ changes: Type.Array(Type.Integer()) });

const roomOf = ({ userId, sessionId }: AccessChange): string =>
  sessionId === null ? room.user(userId ?? '') : room.session(sessionId);

export const recheckConnections = single({
  name: 'recheckConnections',
  access: 'internal',
  needs: ['accessChanges'],
  summary: "Reloads the rooms of connections whose users' chats or sessions changed some seconds ago.",
  input: strictObject({}),
  output: { ok: Rechecked },
  async handle({ ports }) {
    const due = await ports.accessChanges.due(SETTLED_MS, CHANGES_A_RUN);
    const rooms = [...new Set(due.map(roomOf))];
    return { reply: { changes: due.map(({ id }) => id) }, emit: rooms.map(refresh => ({ refresh })) };
  },
  async settle({ ports }, _event, { outcome }) {
    const reply = outcome.reply as Static<typeof Rechecked>;
    if (reply.changes.length > 0) await ports.accessChanges.done(reply.changes);
    return { reply };
  },
});
