/** The tables that may be partitioned by hash of the chat: see `npm run partition`, and runtime/drivers/postgres/partitioning. */
import { chatKey } from './rows.js';

export const PARTITIONED = {
  owner: { table: 'chats', key: 'id' },
  by: 'chat_id',
  number: 'seq',
  tables: [
    { name: 'messages' },
    { name: 'message_versions' },
    { name: 'reactions' },
    { name: 'mentions', place: chatKey },
  ],
  since: 40,
};
