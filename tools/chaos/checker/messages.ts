/**
 * Each acknowledged message is in history once, at its acknowledged seq, byte for byte unless it was changed; any other at
 * most once; nothing that nobody sent; and seqs are 1…N.
 */
import type { Message } from '#support/shapes.js';
import { revOf } from '../replica/held-chat.js';
import { type ChangeCall, keyOf as placeOf } from './changes/calls.js';
import { type Finding, say } from './finding.js';
import type { History } from './outcome.js';
import { keyOf, type Sent } from './sends.js';

export function* messages(
  sent: ReadonlyMap<string, Sent>,
  changes: readonly ChangeCall[],
  history: History,
): Generator<Finding> {
  const stored = new Map<string, Message>();
  const rewordable = new Set(changes.flatMap(call => (['edit', 'delete'].includes(call.kind) ? [placeOf(call)] : [])));
  /** Those are judged by what was wanted of them. An older version does not say whether a message is one of them. */
  const isReworded = (message: Message): boolean =>
    revOf(message) < 0 ? rewordable.has(placeOf(message)) : Boolean(message.editedAt ?? message.deletedAt);
  for (const [chatId, chat] of history) {
    for (const [place, message] of chat.entries()) {
      if (message.seq !== place + 1) {
        yield { name: 'hole', detail: `chat ${chatId} has seq ${message.seq} where ${place + 1} is due` };
        break;
      }
    }
    for (const message of chat) {
      const key = keyOf(message);
      const original = sent.get(key);
      if (stored.has(key)) yield { name: 'doubled', detail: `${say(message)}, and at seq ${stored.get(key)?.seq}` };
      else stored.set(key, message);
      if (!original) yield { name: 'forged', detail: say(message) };
      else if (original.body !== message.body && !isReworded(message)) {
        yield { name: 'rewritten', detail: `${say(message)} was ${JSON.stringify(original.body.slice(0, 60))}` };
      }
    }
  }
  for (const one of sent.values()) yield* acknowledged(one, stored.get(one.key));
}

function* acknowledged({ calls, key }: Sent, message: Message | undefined): Generator<Finding> {
  for (const { ok, reply, answeredAt } of calls) {
    if (!ok) continue;
    if (!message) {
      yield { name: 'lost', detail: `${key}, acknowledged as ${reply.status} ${reply.seq} at ${answeredAt}` };
      return;
    }
    if (reply.status !== 'stored') continue;
    if (reply.seq !== message.seq) {
      yield { name: 'moved', detail: `${say(message)}, acknowledged at seq ${reply.seq} at ${answeredAt}` };
    } else if (reply.id !== message.id || reply.sentAt !== message.sentAt) {
      yield { name: 'rewritten', detail: `${say(message)}, acknowledged as ${JSON.stringify(reply)}` };
    }
  }
}
