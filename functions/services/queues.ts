/** The product's queues. Messages are in order within a chat, and parallel across chats; of the others the latest wins. */

import type { QueueSpec } from 'function-runtime';

export const queues = {
  messages: { name: 'chat.messages', partitions: 8 },
  changes: { name: 'chat.changes', partitions: 8 },
  delivered: { name: 'chat.messages.delivered', partitions: 0 },
  read: { name: 'read.receipts', partitions: 0 },
  presence: { name: 'presence.events', partitions: 0 },
  previews: { name: 'previews.wanted', partitions: 0 },
  media: { name: 'media.ready', partitions: 0 },
} satisfies Record<string, QueueSpec>;

/** The more of them come together, the more of them are about the same message: they fold into one change of it. */
export const CHANGES = { size: 1_000, text: 1024 * 1024 };

/** Small, and the more of them come together, the more of them are about the same member: they fold into one move. */
export const RECEIPTS = { size: 5_000, lingerMs: 20, text: 1024 * 1024 };

/** Those that lead somewhere are looked up at the same time, each for some seconds at most and with half a megabyte in hand. */
export const PREVIEWS = { size: 24 };

/** One is looked into after the other, and whoever sent the first waits for the last of them: so few come together. */
export const MEDIA = { size: 3 };
