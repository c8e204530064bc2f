/**
 * Finds the users whose gateway died with their connections, and those of gateways that seemed to be dead and are
 * not, and says how they stand. They are forgotten only when that is published, so that a crash in between says it again.
 */

import { single } from '../define.js';
import { presenceChanged } from '../domain/events.js';
import { LAPSES_A_RUN, presenceHint } from '../domain/presence.js';
import { strictObject } from '../domain/text.js';

export const lapsePresence = single({
  name: 'lapsePresence',
  access: 'internal',
  needs: ['presence'],
  publishes: [presenceChanged],
  summary: 'Announces users of a dead gateway as offline, and those of one that is back as online.',
  input: strictObject({}),
  async handle({ now, ports }) {
    const lapsed = (await ports.presence.lapsed()).slice(0, LAPSES_A_RUN);
    if (lapsed.length === 0) return {};
    const online = await ports.presence.online(lapsed);
    return { publish: lapsed.map(userId => presenceHint(userId, online.has(userId) ? 'online' : 'offline', now)) };
  },
  async settle({ ports }, _event, { outcome: { publish = [] } }) {
    const told = publish.map(({ data }) => data.userId);
    if (told.length > 0) await ports.presence.forget(told);
    return {};
  },
});
