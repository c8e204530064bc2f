/** A row of table `messages`, and the message that it is. */
import type { Media } from '../domain/attachment.js';
import type { Entity } from '../domain/entities.js';
import type { ForwardedFrom, Message } from '../domain/model.js';
import type { Preview } from '../domain/preview.js';
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
  media: readonly Media[] | null;
  preview: Preview | null;
}

/** What is read of it, as `m`. */
export const COLUMNS = `m.chat_id, m.seq, m.id, m.client_id, m.sender_id, m.body, m.reply_to, m.sent_at,
  m.rev, m.edited_at, m.deleted_at, m.deleted_by, m.pinned_at, m.reactions, m.entities, m.forward, m.media,
  m.preview`;

// Expressions of indexes (see 0034_found_by_message.online.sql and 0036_short_keys.online.sql). The short ones are not unique:
// who asks by them names the columns too. Each index has its own, so that none is taken for another while the table is small.
export const chatKey = (chatId: string): string => `uuid_send(${chatId})`;
const senderKey = (chatId: string, senderId: string, seed: 0 | 1): string =>
  `((uuid_hash_extended(${senderId}, uuid_hash_extended(${chatId}, ${seed})) >> 32)::int)`;
const nameKey = (clientId: string): string => `((hashtextextended(${clientId} collate "C", 0) >> 32)::int)`;
export const blockOf = (seq: string): string => `((${seq}) >> 6)::int`;

/**
 * The row of `messages` is of this sender in this chat. Chats are compared as bytes: an index that begins with chat_id would
 * be taken for as good as the right one while the table is small, and read from end to end later. So it is looked for in every
 * partition, where there are any.
 */
export const isSentBy = (row: string, chatId: string, senderId: string, seed: 0 | 1 = 0): string =>
  `${senderKey(`${row}.chat_id`, `${row}.sender_id`, seed)} = ${senderKey(chatId, senderId, seed)}
    and ${chatKey(`${row}.chat_id`)} = ${chatKey(chatId)} and ${row}.sender_id = ${senderId}`;

/** The same, and it was stored ahead of what its sender had read: found by blocks of seqs. */
export const isAhead = (row: string, chatId: string, senderId: string): string =>
  `${row}.ahead is not null and ${isSentBy(row, chatId, senderId, 1)}`;

/** What `given`, with its columns chat_id, sender_id and client_id, is looked for by, as columns beside these: computed once. */
export const keysOf = (given: string): string =>
  `${senderKey(`${given}.chat_id`, `${given}.sender_id`, 0)} as sender_key, ${nameKey(`${given}.client_id`)} as name_key`;

/**
 * The row of `messages` has the name that `given` has, which has its keys. It is in the chat's partition, where there are any:
 * the chat is named plainly. An index that begins with chat_id is not taken for as good even where there are no rows: whoever
 * goes by it compares the keys of each, and to look for keys that are computed already costs nothing to begin with.
 */
export const isNamed = (row: string, given: string): string =>
  `${senderKey(`${row}.chat_id`, `${row}.sender_id`, 0)} = ${given}.sender_key and ${nameKey(`${row}.client_id`)} = ${given}.name_key
    and ${row}.chat_id = ${given}.chat_id and ${row}.sender_id = ${given}.sender_id and ${row}.client_id = ${given}.client_id`;

/** What it says, in bytes; most have no entities, media and preview. */
export const OCTETS = `octet_length(m.body) + coalesce(octet_length(m.entities::text), 0)
  + coalesce(octet_length(m.media::text), 0) + coalesce(octet_length(m.preview::text), 0)`;

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
  // Whoever deleted it may have been a version that knew of neither.
  if (row.media && !row.deleted_at) message.media = row.media;
  if (row.preview && !row.deleted_at) message.preview = row.preview;
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
