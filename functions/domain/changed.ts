/** What a message is after a change that takes effect, but for its number. */

import type { Change } from './change.js';
import { byCodePoints } from './emoji.js';
import type { Message } from './model.js';

export function changed(message: Message, change: Change): Message {
  switch (change.kind) {
    case 'edit': {
      const { entities: _, ...bare } = message;
      const { body, entities = [], at } = change;
      return { ...bare, body, ...(entities.length > 0 && { entities }), editedAt: at };
    }
    case 'delete':
      return tombstone(message, change);
    case 'react':
      return { ...message, reactions: counted(message.reactions, change.emoji, change.on ? 1 : -1) };
    case 'pin': {
      const { pinnedAt: _, ...unpinned } = message;
      return change.on ? { ...unpinned, pinnedAt: change.at } : unpinned;
    }
  }
}

/** It keeps its names, so that its place is taken and a resend of it is known, and says nothing. */
function tombstone({ chatId, seq, id, clientId, senderId, sentAt, rev }: Message, { at, userId }: Change): Message {
  const names = { chatId, seq, id, clientId, senderId, body: '', replyTo: null, sentAt, rev, reactions: [] };
  return { ...names, deletedAt: at, deletedBy: userId };
}

function counted(reactions: Message['reactions'], emoji: string, more: 1 | -1): Message['reactions'] {
  const others = reactions.filter(each => each.emoji !== emoji);
  const count = (reactions.find(each => each.emoji === emoji)?.count ?? 0) + more;
  if (count <= 0) return others;
  return [...others, { emoji, count }].sort((one, other) => byCodePoints(one.emoji, other.emoji));
}
