/** Moves delivered watermarks, thousands of reports in one statement, and tells the chats of those that moved. */
import { batch } from '../define.js';
import { farthest, moved, QueuedReceipt } from '../domain/watermark.js';

export const batchDeliveryReceipts = batch({
  name: 'batchDeliveryReceipts',
  access: 'internal',
  needs: ['members'],
  emits: ['receipt:delivered'],
  summary: 'Moves delivered watermarks forward, never back, and notifies the members of those that moved.',
  input: QueuedReceipt,
  async handle({ now, ports }, events) {
    const marks = farthest(events, now);
    const watermarks = await ports.members.markDelivered([...marks.values()]);
    return { items: events.map(() => ({})), emit: moved('receipt:delivered', watermarks, marks, now) };
  },
});
