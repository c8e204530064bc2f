/** A row of table `messages`, and the message that it is. */
import type { Message } from '../domain/model.js';

/** `sent_at` is a Date out of a column, ISO 8601 text out of JSON. */
export interface MessageRow {
  chat_id: string;
  seq: number;
  id: string;
  client_id: string;
  sender_id: string;
  body: string;
  reply_to: string | null;
  sent_at: Date | string;
}

/** What is read of it, as `m`. */
export const COLUMNS = 'm.chat_id, m.seq, m.id, m.client_id, m.sender_id, m.body, m.reply_to, m.sent_at';

/** What a message's JSON comes to beside its body, about. */
export const ENVELOPE_BYTES = 400;

export const messageOf = (row: MessageRow): Message => ({
  chatId: row.chat_id,
  seq: row.seq,
  id: row.id,
  clientId: row.client_id,
  senderId: row.sender_id,
  body: row.body,
  replyTo: row.reply_to,
  sentAt: new Date(row.sent_at).toISOString(),
});
