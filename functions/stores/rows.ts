/** A row of table `messages`, and the message that it is. */
import type { Entity } from '../domain/entities.js';
import type { ForwardedFrom, Message } from '../domain/model.js';

/** Times are Dates out of columns, ISO 8601 texts out of JSON. */
export interface MessageRow {
  chat_id: string;
  seq: number;
  id: string;
  client_id: string;
  sender_id: string;
  body: string;
  reply_to: string | null;
  sent_at: Date | string;
  rev: number;
  edited_at: Date | string | null;
  deleted_at: Date | string | null;
  deleted_by: string | null;
  pinned_at: Date | string | null;
  reactions: Message['reactions'] | null;
  entities: readonly Entity[] | null;
  forward: ForwardedFrom | null;
}

/** What is read of it, as `m`. */
export const COLUMNS = `m.chat_id, m.seq, m.id, m.client_id, m.sender_id, m.body, m.reply_to, m.sent_at,
  m.rev, m.edited_at, m.deleted_at, m.deleted_by, m.pinned_at, m.reactions, m.entities, m.forward`;

/** What it says, in bytes; most have no entities. */
export const OCTETS = 'octet_length(m.body) + coalesce(octet_length(m.entities::text), 0)';

/** What a message's JSON comes to beside these, about. */
export const ENVELOPE_BYTES = 430;

export function messageOf(row: MessageRow): Message {
  const { chat_id, seq, id, client_id, sender_id, body, reply_to, sent_at, rev, entities, forward } = row;
  const sent = {
    chatId: chat_id,
    seq,
    id,
    clientId: client_id,
    senderId: sender_id,
    body,
    replyTo: reply_to,
    sentAt: iso(sent_at),
    rev,
    reactions: row.reactions ?? [],
    ...(entities && { entities }),
    ...(forward && { forwardedFrom: forward }),
  };
  if (rev === 0) return sent;
  const { edited_at, deleted_at, deleted_by, pinned_at } = row;
  return {
    ...sent,
    ...(edited_at && { editedAt: iso(edited_at) }),
    ...(deleted_at && { deletedAt: iso(deleted_at) }),
    ...(deleted_by && { deletedBy: deleted_by }),
    ...(pinned_at && { pinnedAt: iso(pinned_at) }),
  };
}

const iso = (time: Date | string): string => new Date(time).toISOString();
