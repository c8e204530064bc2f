/**
 * Changes messages in the order in which it was asked for, and tells the chats. Whatever becomes of a change, the message
 * that it names is told as it is now: a change that was carried out before a crash and never told comes again, finds
 * nothing to do or is refused, and would else stay unseen until the chat's next change, without a gap to see it by.
 * What is told so does not say whose change it was: those who react learn of their own reactions by `sync` then.
 */

import { Failure } from 'function-runtime';
import { batch } from '../define.js';
import { Change, type MessageChanged, Numbered } from '../domain/change.js';
import { checkEntities } from '../domain/entities.js';
import { messageChanged } from '../domain/events.js';
import { findEntities } from '../domain/findEntities.js';
import { resolveMentions } from '../domain/mentions.js';
import type { Message } from '../domain/model.js';
import { room } from '../domain/names.js';
import { isoTime, normalTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

/** What is to be told of a message. */
interface ChangedMessage {
  readonly message: Message;
  /** Those that took its number. */
  readonly took: Change[];
  /** The last of these; where nothing took effect the last that named the message. */
  readonly named: Change;
  readonly refused: boolean;
  readonly was: number | undefined;
  /** The place of that one in the batch. */
  readonly item: number;
}

type Reacted = NonNullable<MessageChanged['others']>[number];

const reacted = ({ userId, emoji, on }: Extract<Change, { kind: 'react' }>): Reacted => ({ userId, emoji, on });

/** What a refused change asks for is not so. */
function by(change: Change, refused: boolean): MessageChanged['by'] {
  const { userId } = change;
  if (refused) return { userId };
  if (change.kind === 'react') return reacted(change);
  return change.kind === 'pin' ? { userId, on: change.on } : { userId };
}

/** The reactions beside the last change: of each member's of one emoji the last. */
function othersThan(last: Change, took: readonly Change[]): readonly Reacted[] {
  const reactions = new Map<string, Reacted>();
  for (const change of took) {
    if (change.kind === 'react') reactions.set(`${change.userId}/${change.emoji}`, reacted(change));
  }
  if (last.kind === 'react') reactions.delete(`${last.userId}/${last.emoji}`);
  return [...reactions.values()];
}

function toldOf({ message, named, took, refused, was }: ChangedMessage): MessageChanged {
  const { chatId, rev } = message;
  const told = { chatId, change: rev, message, by: by(named, refused), kind: named.kind };
  if (took.length === 0) return { ...told, retold: true };
  const others = othersThan(named, took);
  return { ...told, ...(others.length > 0 && { others }), ...(was !== undefined && { was }) };
}

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

    const news = new Map<string, ChangedMessage>();
    const items = results.map(({ message, change, was, refused }, item) => {
      const named = changes[item] as Change;
      const { chatId, seq } = named;
      const key = `${chatId}/${seq}`;
      const took = news.get(key)?.took ?? [];
      if (change > 0) took.push(named);
      if (message && message.rev > 0 && (change > 0 || took.length === 0)) {
        news.set(key, { message, named, took, refused: refused !== undefined, was, item });
      }
      if (!refused) return { reply: { change } };
      const { code, why } = refused;
      return { failure: new Failure(code, why, code === 'conflict' && message ? { current: message } : {}) };
    });

    const inOrder = [...news.values()]
      .map(each => ({ told: toldOf(each), item: each.item }))
      .sort((one, other) => one.told.change - other.told.change);
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
