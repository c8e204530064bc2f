/**
 * Changes messages in the order in which it was asked for, and tells the chats. Whatever becomes of a change, the message
 * that it names is told as it is now: a change that was carried out before a crash and never told comes again, finds
 * nothing to do or is refused, and would else stay unseen until the chat's next change, without a gap to see it by.
 */

import { Failure } from 'function-runtime';
import { batch } from '../define.js';
import { Change, type MessageChanged, Numbered } from '../domain/change.js';
import { checkEntities } from '../domain/entities.js';
import { messageChanged } from '../domain/events.js';
import { findEntities } from '../domain/findEntities.js';
import { resolveMentions } from '../domain/mentions.js';
import { room } from '../domain/names.js';
import { isoTime, normalTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

const by = (change: Change): MessageChanged['by'] => {
  const { userId } = change;
  if (change.kind === 'react') return { userId, emoji: change.emoji, on: change.on };
  return change.kind === 'pin' ? { userId, on: change.on } : { userId };
};

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

    const news = new Map<string, { readonly told: MessageChanged; readonly took: boolean; readonly item: number }>();
    const items = results.map(({ message, change, refused }, item) => {
      const named = changes[item] as Change;
      const { chatId, seq, kind } = named;
      const key = `${chatId}/${seq}`;
      const took = change > 0;
      // Of those that share a number the last one that took effect is named.
      if (message && message.rev > 0 && (took || !news.get(key)?.took)) {
        news.set(key, { told: { chatId, change: message.rev, message, by: by(named), kind }, took, item });
      }
      if (!refused) return { reply: { change } };
      const { code, why } = refused;
      return { failure: new Failure(code, why, code === 'conflict' && message ? { current: message } : {}) };
    });

    const inOrder = [...news.values()].sort((one, other) => one.told.change - other.told.change);
    return {
      items,
      publish: inOrder.map(({ told }) => messageChanged(told, { id: `${told.message.id}.${told.change}` })),
      emit: inOrder.map(({ told, item }) => ({
        send: 'message:changed',
        data: told,
        to: [room.chat(told.chatId)],
        since: changes[item]?.at as string,
        item,
      })),
    };
  },
});
