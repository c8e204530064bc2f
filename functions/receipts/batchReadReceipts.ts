/** Moves read watermarks, thousands of reports in one statement, and tells the chats of those that moved. */
import { batch } from '../define.js';
import { farthest, moved, QueuedReceipt } from '../domain/watermark.js';

export const batchReadReceipts = batch({
  name: 'batchReadReceipts',
  access: 'internal',
  needs: ['members'],
  emits: ['receipt:read'],
  summary: 'Moves read watermarks forward, never back, and notifies the members of those that moved.',
  input: QueuedReceipt,
  async handle({ now, ports }, events) {
    const marks = farthest(events, now);
    const watermarks = await ports.members.markRead([...marks.values()]);
    return { items: events.map(() => ({})), emit: moved('receipt:read', watermarks, marks, now) };
  },
});
