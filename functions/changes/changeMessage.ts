/** Changes messages in the order in which it was asked for, and tells the chats: see telling.ts. */

import { Failure } from 'function-runtime';
import { batch } from '../define.js';
import { Change, Numbered } from '../domain/change.js';
import { checkEntities } from '../domain/entities.js';
import { messageChanged } from '../domain/events.js';
import { findEntities } from '../domain/findEntities.js';
import { resolveMentions } from '../domain/mentions.js';
import { tellChanges } from '../domain/telling.js';
import { isoTime, normalTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

/** With the entities of texts, as they are given or found, and whom they mention. */
async function marked({ members }: Pick<Ports, 'members'>, changes: readonly Change[]): Promise<readonly Change[]> {
  const edits = changes.flatMap(change => {
    if (change.kind !== 'edit') return [];
    if (change.entities) checkEntities(change.body, change.entities);
    return [{ ...change, senderId: change.userId, entities: change.entities ?? findEntities(change.body) }];
  });
  const resolved = await resolveMentions(members, edits);
  let next = 0;
  return changes.map(change =>
    change.kind === 'edit' ? { ...change, entities: [...(resolved[next++]?.entities ?? [])] } : change,
  );
}

export const changeMessage = batch({
  name: 'changeMessage',
  access: 'internal',
  needs: ['changes', 'members'],
  emits: ['message:changed'],
  publishes: [messageChanged],
  summary:
    'Edits, deletes and pins messages and counts reactions, numbers what changes, and notifies the members. A repeated change changes nothing and is told again.',
  input: Change,
  output: { ok: Numbered },
  refuses: ['invalid', 'not_found', 'forbidden', 'conflict'],
  async handle({ now, ports }, events) {
    const changes = events.map(({ data }) => ({ ...data, at: normalTime(data.at) ?? isoTime(now) }));
    const results = await ports.changes.apply(await marked(ports, changes));

    const items = results.map(({ message, change, refused }) => {
      if (!refused) return { reply: { change } };
      const { code, why, path } = refused;
      const errors = path === undefined ? {} : { errors: [{ path, message: why }] };
      const current = code === 'conflict' && message ? { current: message } : {};
      return { failure: new Failure(code, why, { ...errors, ...current }) };
    });
    return { items, ...tellChanges(changes, results) };
  },
});
