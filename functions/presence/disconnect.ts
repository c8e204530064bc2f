/** A live connection has closed. */
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { ConnectionInput } from '../domain/connection.js';
import { presenceChanged } from '../domain/events.js';
import { presenceHint } from '../domain/presence.js';

export const disconnect = single({
  name: 'disconnect',
  access: 'holder',
  needs: ['presence'],
  publishes: [presenceChanged],
  summary: 'Removes a connection of a user, and announces them offline when it was their last.',
  input: ConnectionInput,
  async handle({ now, ports, caller }, { data: { connectionId } }) {
    const { userId } = callerOf({ caller });
    const { last } = await ports.presence.disconnect(userId, connectionId);
    return { publish: last ? [presenceHint(userId, 'offline', now)] : [] };
  },
});
