/** What was sent, by the key that makes a message one message, however many times it was sent. */
import type { Stored } from '../../support/shapes.js';
import type { Call, Evidence } from './evidence.js';

export interface Submission {
  readonly chatId: string;
  readonly clientId: string;
  readonly body: string;
}

export interface Sent extends Submission {
  readonly key: string;
  readonly senderId: string;
  readonly calls: Call<Submission, Stored>[];
  readonly firstInvoked: number;
  /** Infinity when none of them was. */
  acknowledged: number;
}

export const keyOf = (message: { chatId: string; senderId: string; clientId: string }): string =>
  `${message.chatId}/${message.senderId}/${message.clientId}`;

export function sends(evidence: Evidence): Map<string, Sent> {
  const all = new Map<string, Sent>();
  for (const call of evidence.calls<Submission, Stored>('message:send')) {
    const key = keyOf({ ...call.data, senderId: call.client });
    let sent = all.get(key);
    if (!sent) {
      const { client: senderId, data, invokedAt: firstInvoked } = call;
      sent = { ...data, key, senderId, calls: [], firstInvoked, acknowledged: Number.POSITIVE_INFINITY };
      all.set(key, sent);
    }
    sent.calls.push(call);
    if (call.ok) sent.acknowledged = Math.min(sent.acknowledged, call.answeredAt);
  }
  return all;
}
