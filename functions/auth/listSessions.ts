/** The devices that are signed in to the caller's account, `current` the one that asks. */
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { Session } from '../domain/model.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

const Device = Type.Object({ ...Session.properties, current: Type.Boolean() }, { title: 'Device' });

export const listSessions = single({
  name: 'listSessions',
  access: 'user',
  needs: ['sessions'],
  summary: "Lists the devices that are signed in to the caller's account.",
  input: strictObject({}),
  output: { ok: Type.Object({ sessions: Type.Array(Device) }) },
  async handle(context) {
    const caller = callerOf(context);
    const sessions = await context.ports.sessions.list(caller.userId, isoTime(context.now));
    return {
      reply: { sessions: sessions.map(session => ({ ...session, current: session.id === caller.sessionId })) },
    };
  },
});
