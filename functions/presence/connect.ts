/** A live connection opens: it enters the rooms of its user, session and chats, and its user is online. */
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { ConnectionInput } from '../domain/connection.js';
import { presenceChanged } from '../domain/events.js';
import { room } from '../domain/names.js';
import { presenceHint } from '../domain/presence.js';

/** While presence is away, people chat without it. */
function unknownWhileAway(thrown: unknown): undefined {
  if (!(thrown instanceof Failure && thrown.code === 'unavailable')) throw thrown;
}

export const connect = single({
  name: 'connect',
  access: 'user',
  needs: ['chats', 'presence'],
  publishes: [presenceChanged],
  summary: "Joins a new connection to the caller's rooms, and announces them online when it is their first.",
  input: ConnectionInput,
  async handle({ now, ports, caller, log }, { data: { connectionId } }) {
    const { userId, sessionId } = callerOf({ caller });
    const chatIds = await ports.chats.idsOf(userId);
    const presence = await ports.presence.connect(userId, connectionId).catch(unknownWhileAway);
    if (!presence) log.warn({ userId, connectionId }, 'presence is away; connected without it');
    return {
      rooms: [room.user(userId), room.session(sessionId), ...chatIds.map(room.chat)],
      publish: presence?.first ? [presenceHint(userId, 'online', now)] : [],
    };
  },
});
