/** What a message is after a change that takes effect, but for its number. */

import { type FoundMedia, isWhole, type Media } from './attachment.js';
import type { Alteration, Change, Description } from './change.js';
import { byCodePoints } from './emoji.js';
import { firstLink } from './first-link.js';
import type { Message } from './model.js';

type MediaById = (id: string) => FoundMedia | undefined;

export function changed(message: Message, change: Alteration, mediaBy: MediaById): Message {
  switch (change.kind) {
    case 'edit': {
      const { entities: _, media: had = [], preview, ...bare } = message;
      const { body, entities = [], at } = change;
      const media = change.media?.flatMap(id => toldBy(mediaBy, id) ?? had.find(each => each.id === id) ?? []) ?? had;
      return {
        ...bare,
        body,
        ...(entities.length > 0 && { entities }),
        ...(media.length > 0 && { media }),
        ...(preview && preview.url === firstLink({ body, entities }) && { preview }),
        editedAt: at,
      };
    }
    case 'describe':
      return described(message, change, mediaBy);
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

const toldBy = (mediaBy: MediaById, id: string): Media | undefined => {
  const found = mediaBy(id);
  return isWhole(found) ? found.told : undefined;
};

/** What turned out not to be kept is named no more, and what is known of a link that is gone is not said. */
export function described(message: Message, { media: ids = [], preview }: Description, mediaBy: MediaById): Message {
  const { media: had = [], ...bare } = message;
  const media = had.flatMap(each => (ids.includes(each.id) ? (toldBy(mediaBy, each.id) ?? []) : [each]));
  const isOfLink = preview !== undefined && preview.url === firstLink(message);
  return { ...bare, ...(media.length > 0 && { media }), ...(isOfLink && { preview }) };
}

/** It keeps its names, so that its place is taken and a resend of it is known, and says nothing. */
function tombstone(
  { chatId, seq, id, clientId, senderId, sentAt, rev }: Message,
  { at, userId }: Extract<Change, { kind: 'delete' }>,
): Message {
  const names = { chatId, seq, id, clientId, senderId, body: '', replyTo: null, sentAt, rev, reactions: [] };
  return { ...names, deletedAt: at, deletedBy: userId };
}

function counted(reactions: Message['reactions'], emoji: string, more: 1 | -1): Message['reactions'] {
  const others = reactions.filter(each => each.emoji !== emoji);
  const count = (reactions.find(each => each.emoji === emoji)?.count ?? 0) + more;
  if (count <= 0) return others;
  return [...others, { emoji, count }].sort((one, other) => byCodePoints(one.emoji, other.emoji));
}
