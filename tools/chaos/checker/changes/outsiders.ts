/** Who was never in a chat hears nothing of it; and who is out of it hears nothing of what is changed from then on. */
import type { MessageChanged } from '../../replica/replica.js';
import type { Evidence } from '../evidence.js';
import type { Finding } from '../finding.js';
import type { Outcome } from '../outcome.js';
import { absences } from '../privacy.js';
import type { ChangeCall } from './calls.js';

export function* outsiders(
  evidence: Evidence,
  { members }: Outcome,
  changes: readonly ChangeCall[],
): Generator<Finding> {
  for (const { id, client, heard } of evidence.connections) {
    for (const { at, event, data } of heard) {
      const chatId = (data as { chatId?: string } | undefined)?.chatId;
      if (chatId === undefined || !members.has(chatId) || members.get(chatId)?.has(client)) continue;
      yield {
        name: 'overheard',
        detail: `${event} of chat ${chatId} at ${at} on ${id} of ${client}, who was never in it`,
      };
    }
  }
  for (const { chatId, userId, from, until } of absences(evidence)) {
    // Numbers are given in the order of effect: none from this one on was given before the removal.
    const first = changes.reduce(
      (least, call) =>
        call.chatId === chatId && call.change && call.invokedAt > from ? Math.min(least, call.change) : least,
      Number.POSITIVE_INFINITY,
    );
    for (const { id, client, heard } of evidence.connections) {
      if (client !== userId) continue;
      for (const { at, event, data } of heard) {
        const { chatId: of, change } = data as Partial<MessageChanged>;
        if (event !== 'message:changed' || of !== chatId || at <= from || at >= until || (change ?? 0) < first)
          continue;
        yield {
          name: 'leaked',
          detail: `change ${change} of chat ${chatId} at ${at} on ${id} of ${userId}, removed at ${from}`,
        };
      }
    }
  }
}
