/** What was sent, by the key that makes a message one message, however many times it was sent. */
import type { Stored } from '#support/shapes.js';
import type { Call, Evidence } from './evidence.js';

export interface Submission {
  readonly chatId: string;
  readonly clientId: string;
  readonly body: string;
  readonly media?: readonly string[];
}

export interface Sent extends Submission {
  readonly key: string;
  readonly senderId: string;
  readonly calls: Call<Submission, Stored>[];
  readonly firstInvoked: number;
  readonly wanted: number;
  /** Infinity when none of them was. */
  acknowledged: number;
  /** When it was acknowledged or refused for good, if it was. */
  settled: number;
}

/** Another attempt would end alike. */
export const FINAL = ['forbidden', 'not_found', 'invalid', 'too_large', 'conflict'];

export const keyOf = (message: { chatId: string; senderId: string; clientId: string }): string =>
  `${message.chatId}/${message.senderId}/${message.clientId}`;

export function sends(evidence: Evidence): Map<string, Sent> {
  const all = new Map<string, Sent>();
  for (const call of evidence.calls<Submission, Stored>('message:send')) {
    const key = keyOf({ ...call.data, senderId: call.client });
    let sent = all.get(key);
    if (!sent) {
      const { client: senderId, data, invokedAt: firstInvoked, wantedAt: wanted } = call;
      const never = { acknowledged: Number.POSITIVE_INFINITY, settled: Number.POSITIVE_INFINITY };
      sent = { ...data, key, senderId, calls: [], firstInvoked, wanted, ...never };
      all.set(key, sent);
    }
    sent.calls.push(call);
    if (call.ok) sent.acknowledged = Math.min(sent.acknowledged, call.answeredAt);
    if (call.ok || FINAL.includes(`${call.reply}`)) sent.settled = Math.min(sent.settled, call.answeredAt);
  }
  return all;
}
