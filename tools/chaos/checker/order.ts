/**
 * A message that was sent after another's acknowledgement has the higher seq; and so has the later of two that one
 * sender sent on one connection, each once.
 */
import type { Evidence } from './evidence.js';
import { type Finding, say } from './finding.js';
import type { History } from './outcome.js';
import { keyOf, type Sent } from './sends.js';

export function* order(evidence: Evidence, sent: ReadonlyMap<string, Sent>, history: History): Generator<Finding> {
  const connections = new Set(evidence.connections.map(({ id }) => id));
  for (const chat of history.values()) {
    const placed = chat.flatMap(message => {
      const one = sent.get(keyOf(message));
      return one ? [{ message, one }] : [];
    });
    const byAck = placed
      .filter(({ one }) => one.acknowledged < Number.POSITIVE_INFINITY)
      .toSorted((a, b) => a.one.acknowledged - b.one.acknowledged);
    const byInvocation = placed.toSorted((a, b) => a.one.firstInvoked - b.one.firstInvoked);
    let next = 0;
    let highest: (typeof placed)[number] | undefined;
    for (const later of byInvocation) {
      for (; next < byAck.length && byAck[next]!.one.acknowledged < later.one.firstInvoked; next++) {
        if (!highest || byAck[next]!.message.seq > highest.message.seq) highest = byAck[next];
      }
      if (highest && highest.message.seq > later.message.seq) {
        yield {
          name: 'reordered',
          detail: `${say(later.message)} was sent at ${later.one.firstInvoked}, after ${highest.message.seq} was acknowledged at ${highest.one.acknowledged}`,
        };
      }
    }
    const lastOn = new Map<string, number>();
    for (const { message, one } of byInvocation) {
      const [call] = one.calls;
      // Requests over REST overtake each other, whoever makes them.
      if (one.calls.length !== 1 || !call?.ok || !connections.has(call.via)) continue;
      const before = lastOn.get(call.via) ?? 0;
      if (before > message.seq) {
        yield { name: 'reordered', detail: `${say(message)} came after ${before} on connection ${call.via}` };
      }
      lastOn.set(call.via, Math.max(before, message.seq));
    }
  }
}
