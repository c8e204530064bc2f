/**
 * What a chat is told of changes of its messages. Whatever became of a change, the message that it names is told as it is
 * now: a change that was carried out before a crash and never told comes again, finds nothing to do or is refused, and would
 * else stay unseen until the chat's next change, without a gap to see it by. What is told so does not say whose change it
 * was: those who react learn of their own reactions by `sync` then.
 */

import type { Emission } from 'function-runtime';
import type { Changed } from '../ports/changes.js';
import type { Alteration, Change, MessageChanged } from './change.js';
import { messageChanged } from './events.js';
import type { Message } from './model.js';
import { room } from './names.js';

/** What is to be told of a message. */
interface ChangedMessage {
  readonly message: Message;
  /** Those that took its number. */
  readonly took: Alteration[];
  /** The last of these; where nothing took effect the last that named the message. */
  readonly named: Alteration;
  readonly refused: boolean;
  readonly was: number | undefined;
  /** The place of that one in the batch. */
  readonly item: number;
}

type Reacted = NonNullable<MessageChanged['others']>[number];

const reacted = ({ userId, emoji, on }: Extract<Change, { kind: 'react' }>): Reacted => ({ userId, emoji, on });

/** What a refused change asks for is not so; what is found out about a message is told as its sender's. */
function by(change: Alteration, refused: boolean, { senderId }: Message): MessageChanged['by'] {
  if (change.kind === 'describe') return { userId: senderId };
  const { userId } = change;
  if (refused) return { userId };
  if (change.kind === 'react') return reacted(change);
  return change.kind === 'pin' ? { userId, on: change.on } : { userId };
}

/** The reactions beside the last change: of each member's of one emoji the last. */
function othersThan(last: Alteration, took: readonly Alteration[]): readonly Reacted[] {
  const reactions = new Map<string, Reacted>();
  for (const change of took) {
    if (change.kind === 'react') reactions.set(`${change.userId}/${change.emoji}`, reacted(change));
  }
  if (last.kind === 'react') reactions.delete(`${last.userId}/${last.emoji}`);
  return [...reactions.values()];
}

function toldOf({ message, named, took, refused, was }: ChangedMessage): MessageChanged {
  const { chatId, rev } = message;
  const kind = named.kind === 'describe' ? 'edit' : named.kind;
  const told = { chatId, change: rev, message, by: by(named, refused, message), kind };
  if (took.length === 0) return { ...told, retold: true };
  const others = othersThan(named, took);
  return { ...told, ...(others.length > 0 && { others }), ...(was !== undefined && { was }) };
}

interface Telling {
  readonly publish: ReturnType<typeof messageChanged>[];
  readonly emit: Emission<'message:changed'>[];
}

/** Of changes and what came of each; `itemOf` says of which of the caller's items a change is. */
export function tellChanges(
  changes: readonly Alteration[],
  results: readonly Changed[],
  itemOf: (at: number) => number = at => at,
): Telling {
  const news = new Map<string, ChangedMessage>();
  for (const [item, { message, change, was, refused }] of results.entries()) {
    const named = changes[item] as Alteration;
    const key = `${named.chatId}/${named.seq}`;
    const took = news.get(key)?.took ?? [];
    if (change > 0) took.push(named);
    if (message && message.rev > 0 && (change > 0 || took.length === 0)) {
      news.set(key, { message, named, took, refused: refused !== undefined, was, item });
    }
  }
  const inOrder = [...news.values()]
    .map(each => ({ told: toldOf(each), item: each.item }))
    .sort((one, other) => one.told.change - other.told.change);
  return {
    publish: inOrder.map(({ told }) => messageChanged(told, { id: `${told.message.id}.${told.change}` })),
    emit: inOrder.map(({ told, item }) => ({
      send: 'message:changed',
      data: told,
      to: [room.chat(told.chatId)],
      since: changes[item]?.at as string,
      item: itemOf(item),
    })),
  };
}
