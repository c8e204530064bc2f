/**
 * What a device was shown is at every seq the message that history has there; what was acknowledged as stored is shown by
 * any gateway at once.
 */
import type { Message } from '#support/shapes.js';
import { type ChangeCall, keyOf } from './changes/calls.js';
import type { Evidence } from './evidence.js';
import { type Finding, say } from './finding.js';
import type { History } from './outcome.js';

interface Look {
  readonly chatId: string;
  readonly clientId: string;
  readonly seq: number;
}

/** What a message is from when it is stored, whatever becomes of it. */
const LASTING = ['chatId', 'seq', 'id', 'clientId', 'senderId', 'sentAt'] as const;

export function* readers(evidence: Evidence, changes: readonly ChangeCall[], history: History): Generator<Finding> {
  for (const { device, at, message } of evidence.shown) {
    const stored = history.get(message.chatId)?.[message.seq - 1];
    if (stored && LASTING.every(name => stored[name] === message[name])) continue;
    yield { name: 'reader-differs', detail: `${device} was shown at ${at}: ${say(message)}` };
  }
  const hidden = new Set(changes.filter(({ scope }) => scope === 'me').map(call => `${keyOf(call)} ${call.userId}`));
  for (const { ok, client, data, reply, via, invokedAt } of evidence.calls<Look, { messages: Message[] }>('look')) {
    if (!ok || reply.messages.some(({ seq, clientId }) => seq === data.seq && clientId === data.clientId)) continue;
    if (hidden.has(`${keyOf(data)} ${client}`)) continue;
    yield { name: 'not-shown', detail: `chat ${data.chatId} seq ${data.seq} by ${via} at ${invokedAt}` };
  }
}
