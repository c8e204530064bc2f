/** A row of table `messages`, and the message that it is. */
import type { Entity } from '../domain/entities.js';
import type { ForwardedFrom, Message } from '../domain/model.js';
import type { Writable } from '../domain/writable.js';

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

// Expressions of indexes (see 0032_names_and_senders.online.sql and 0034_found_by_message.online.sql), on a row that has
// these columns.
export const chatKey = (chatId: string): string => `uuid_send(${chatId})`;
/** What the sender's own name of a message comes to: no two messages have the same. Begins alike for all of a chat. */
export const nameOf = (row: string): string => `(substring(uuid_send(${row}.chat_id) from 10) || substring(
  sha256(uuid_send(${row}.chat_id) || uuid_send(${row}.sender_id) || replace(${row}.client_id, '\\', '\\\\')::bytea) for 16))`;
/** A sender in a chat, and a block of seqs. */
export const senderKey = (chatId: string, senderId: string): string => `(${chatKey(chatId)} || uuid_send(${senderId}))`;
export const blockOf = (seq: string): string => `((${seq}) >> 6)::int`;

/** What it says, in bytes; most have no entities. */
export const OCTETS = 'octet_length(m.body) + coalesce(octet_length(m.entities::text), 0)';

/** What a message's JSON comes to beside these, about. */
export const ENVELOPE_BYTES = 430;

export function messageOf(row: MessageRow): Message {
  const message: Writable<Message> = {
    chatId: row.chat_id,
    seq: row.seq,
    id: row.id,
    clientId: row.client_id,
    senderId: row.sender_id,
    body: row.body,
    replyTo: row.reply_to,
    sentAt: iso(row.sent_at),
    rev: row.rev,
    reactions: row.reactions ?? [],
  };
  if (row.entities) message.entities = row.entities;
  if (row.forward) message.forwardedFrom = row.forward;
  if (row.rev === 0) return message;
  if (row.edited_at) message.editedAt = iso(row.edited_at);
  if (row.deleted_at) message.deletedAt = iso(row.deleted_at);
  if (row.deleted_by) message.deletedBy = row.deleted_by;
  if (row.pinned_at) message.pinnedAt = iso(row.pinned_at);
  return message;
}

/** A row of an outer join: nothing but nulls where there is no message. */
export type MaybeRow = MessageRow | { readonly [Column in keyof MessageRow]: null };

export const messagesOf = (rows: readonly MaybeRow[]): Message[] =>
  rows.flatMap(row => (row.chat_id === null ? [] : [messageOf(row)]));

const iso = (time: Date | string): string => (time instanceof Date ? time : new Date(time)).toISOString();
