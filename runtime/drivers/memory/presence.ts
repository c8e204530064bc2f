/** Presence of a process that is alone: connections die with it, so that nothing ever lapses. */
import type { Presence } from '../../contract/ports.js';
import { connectionTable } from './connection-table.js';

export function memoryPresence(): Presence {
  const table = connectionTable();

  return {
    name: 'presence',
    state: () => 'up',
    close: async () => undefined,
    async connect(userId, connectionId) {
      const first = !table.hasUser(userId);
      table.add(userId, connectionId);
      return { first };
    },
    async disconnect(userId, connectionId) {
      table.remove(userId, connectionId);
      return { last: !table.hasUser(userId) };
    },
    online: async userIds => new Set(userIds.filter(table.hasUser)),
    lapsed: async () => [],
    forget: async () => undefined,
  };
}
