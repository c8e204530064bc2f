/**
 * Changes messages in the order in which it was asked for, and tells the chats. Whatever becomes of a change, the message
 * that it names is told as it is now: a change that was carried out before a crash and never told comes again, finds
 * nothing to do or is refused, and would else stay unseen until the chat's next change, without a gap to see it by.
 */

import { Failure } from 'function-runtime';
import { batch } from '../define.js';
import { Change, type MessageChanged, Numbered } from '../domain/change.js';
import { messageChanged } from '../domain/events.js';
import { room } from '../domain/names.js';
import { isoTime, normalTime } from '../domain/time.js';

const by = (change: Change): MessageChanged['by'] => {
  const { userId } = change;
  if (change.kind === 'react') return { userId, emoji: change.emoji, on: change.on };
  return change.kind === 'pin' ? { userId, on: change.on } : { userId };
};

export const changeMessage = batch({
  name: 'changeMessage',
  access: 'internal',
  needs: ['changes'],
  emits: ['message:changed'],
  publishes: [messageChanged],
  summary:
    'Edits, deletes and pins messages and counts reactions, numbers what changes, and notifies the members. A repeated change changes nothing and is told again.',
  input: Change,
  output: { ok: Numbered },
  refuses: ['invalid', 'not_found', 'forbidden', 'conflict'],
  async handle({ now, ports }, events) {
    const changes = events.map(({ data }) => ({ ...data, at: normalTime(data.at) ?? isoTime(now) }));
    const results = await ports.changes.apply(changes);

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
