/**
 * By when connections must know of messages and of changes: some time after these and the next ones are there. What is only
 * accepted may be stored much later, when there is somebody again to store it; when others are shown it, it is.
 */

import { groupBy } from '#runtime/group-by.js';
import type { Message } from '#support/shapes.js';
import type { ChangeCall } from './changes/calls.js';
import { told } from './changes/calls.js';
import type { Evidence, Span } from './evidence.js';
import { say } from './finding.js';
import type { History } from './outcome.js';
import { keyOf, type Sent } from './sends.js';

/** How long an event may take to a connection that is well, in the calm of the end; and in a storm. */
const PASSAGE_MS = 5_000;
const STORM_MS = 30_000;

/** From when it was wanted until it must be known. */
interface Due extends Span {
  /** Dense in the chat: who hears a higher one knows of it. */
  readonly number: number;
  readonly what: string;
}

/** By chat, in the order in which they must be known. */
export type DueIn = ReadonlyMap<string, readonly Due[]>;

interface There {
  readonly number: number;
  readonly what: string;
  readonly from: number;
  /** When somebody knew that it is there. */
  readonly at: number;
}

/** What is there, ascending by its number. */
const dueOf = (all: readonly There[]): Due[] =>
  all
    .map(({ number, what, from, at }, place) => {
      const next = all[place + 1];
      return { number, what, from, until: next ? Math.max(at, next.at) + STORM_MS : at + PASSAGE_MS };
    })
    .sort((one, other) => one.until - other.until);

export function messagesDue(evidence: Evidence, sent: ReadonlyMap<string, Sent>, history: History): DueIn {
  const shown = firstShown(evidence);
  const thereOf = (message: Message): There => {
    const one = sent.get(keyOf(message));
    const acknowledged = one?.acknowledged ?? Number.POSITIVE_INFINITY;
    return {
      ...{ number: message.seq, what: say(message) },
      // What nobody sent is another finding.
      from: one?.firstInvoked ?? Number.NEGATIVE_INFINITY,
      at: Math.max(acknowledged, shown.get(keyOf(message)) ?? 0),
    };
  };
  return new Map([...history].map(([chatId, messages]) => [chatId, dueOf(messages.map(thereOf))]));
}

/** Those whose numbers are known. */
export function changesDue(changes: readonly ChangeCall[]): DueIn {
  const numbered = changes.filter(({ change }) => change);
  return new Map(
    [...groupBy(numbered, ({ chatId }) => chatId)].map(([chatId, own]) => {
      const all = [...groupBy(own, ({ change = 0 }) => change)].map(([number, calls]) => ({
        ...{ number, what: calls.map(told).join(' and ') },
        from: Math.min(...calls.map(({ invokedAt }) => invokedAt)),
        at: Math.min(...calls.map(({ answeredAt }) => answeredAt)),
      }));
      return [chatId, dueOf(all.sort((one, other) => one.number - other.number))];
    }),
  );
}

/** When somebody was shown it for the first time, by the key of the message. */
function firstShown({ shown }: Evidence): Map<string, number> {
  const first = new Map<string, number>();
  for (const { at, message } of shown) {
    const key = keyOf(message);
    if (!first.has(key)) first.set(key, at);
  }
  return first;
}
