/**
 * What a device was shown agrees with history at every seq, and is all of it after the last `sync`; what was
 * acknowledged as stored is shown by any gateway at once.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Message, Synced } from '#support/shapes.js';
import type { Evidence } from './evidence.js';
import { type Finding, type History, say } from './finding.js';

interface Look {
  readonly chatId: string;
  readonly clientId: string;
  readonly seq: number;
}

/** What a message is from when it is stored. The rest may change, and an older version does not say it. */
const LASTING = ['chatId', 'seq', 'id', 'clientId', 'senderId', 'body', 'replyTo', 'sentAt'] as const;

export function* readers(evidence: Evidence, history: History): Generator<Finding> {
  const held = new Map<string, Map<string, Set<number>>>();
  for (const { device, at, message } of evidence.shown) {
    const stored = history.get(message.chatId)?.[message.seq - 1];
    if (!stored || LASTING.some(name => !isDeepStrictEqual(stored[name], message[name]))) {
      yield { name: 'reader-differs', detail: `${device} was shown at ${at}: ${say(message)}` };
    }
    const chats = held.get(device) ?? new Map<string, Set<number>>();
    held.set(device, chats);
    const seqs = chats.get(message.chatId) ?? new Set();
    chats.set(message.chatId, seqs.add(message.seq));
  }
  for (const [device, { chats }] of lastSyncs(evidence)) {
    for (const { chatId } of chats) {
      const seqs = held.get(device)?.get(chatId);
      const missing = (history.get(chatId) ?? []).filter(({ seq }) => !seqs?.has(seq));
      if (missing.length === 0) continue;
      yield { name: 'reader-differs', detail: `${device} lacks ${missing.length} after sync: ${say(missing[0]!)}` };
    }
  }
  for (const { ok, data, reply, via, invokedAt } of evidence.calls<Look, { messages: Message[] }>('look')) {
    if (!ok || reply.messages.some(({ seq, clientId }) => seq === data.seq && clientId === data.clientId)) continue;
    yield { name: 'not-shown', detail: `chat ${data.chatId} seq ${data.seq} by ${via} at ${invokedAt}` };
  }
}

/** The last answer to each device: it lists the chats that its user is in. */
function lastSyncs(evidence: Evidence): Map<string, Synced> {
  const last = new Map<string, Synced>();
  for (const { ok, via, reply } of evidence.calls<unknown, Synced>('sync')) {
    if (ok) last.set(evidence.deviceOf(via), reply);
  }
  return last;
}
