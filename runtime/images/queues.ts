/** The product's queues. Messages are in order within a chat, and parallel across chats; of the others the latest wins. */
import { QUEUES } from '../../functions/domain/names.js';
import type { QueueSpec } from '../contract/image.js';

export const queues = {
  messages: { name: QUEUES.messages, partitions: 8 },
  delivered: { name: QUEUES.delivered, partitions: 0 },
  read: { name: QUEUES.read, partitions: 0 },
  presence: { name: QUEUES.presence, partitions: 0 },
} satisfies Record<keyof typeof QUEUES, QueueSpec>;
