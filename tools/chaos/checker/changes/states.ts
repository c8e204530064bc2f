/** The states of messages that somebody was shown, each once: one for each number that a message had. */
import type { Message } from '#support/shapes.js';
import { revOf } from '../../replica/held-chat.js';
import type { Evidence } from '../evidence.js';
import type { History, View } from '../outcome.js';
import { answersIn } from '../shown.js';
import { keyOf } from './calls.js';

export interface State {
  readonly message: Message;
  /** Its JSON without what is the reader's own, in one order of names. */
  readonly text: string;
  /** Who was shown it first. */
  readonly by: string;
}

/** All that was shown as this message and under this number: one, where all is well. */
export type States = ReadonlyMap<string, ReadonlyMap<number, readonly State[]>>;

/** Says the same for messages that are the same to everybody, in whatever order their members came. */
export const textOf = ({ mine: _, ...message }: Message): string => JSON.stringify(sorted(message));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
}

/** By message, and by number ascending. What an older version shows has no number, and is left out. */
export function statesIn(evidence: Evidence, history: History, views: readonly View[]): States {
  const states = new Map<string, Map<number, State[]>>();
  const add = (message: Message, by: string) => {
    const rev = revOf(message);
    if (rev < 0) return;
    const key = keyOf(message);
    const byRev = states.get(key) ?? new Map<number, State[]>();
    states.set(key, byRev);
    const text = textOf(message);
    const known = byRev.get(rev);
    if (!known) byRev.set(rev, [{ message, text, by }]);
    else if (!known.some(state => state.text === text)) known.push({ message, text, by });
  };
  for (const { message, device, at } of evidence.shown) add(message, `${device} at ${at}`);
  for (const { message, client, what, invokedAt } of answersIn(evidence))
    add(message, `${client}, ${what} at ${invokedAt}`);
  for (const { messages, userId } of views) for (const message of messages) add(message, `${userId} in the end`);
  for (const messages of history.values()) for (const message of messages) add(message, 'history');
  return new Map([...states].map(([key, byRev]) => [key, new Map([...byRev].sort(([one], [other]) => one - other))]));
}
