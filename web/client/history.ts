/**
 * The part of a chat's history that is held: a stretch without holes, which grows at its end as messages come and at
 * its beginning as older ones are loaded. What comes from behind a gap waits until the gap is closed.
 */
import type { Message } from './shapes.js';

export interface History {
  /** Ascending by seq, each one more than the one before. */
  readonly messages: readonly Message[];
  /** The cursor: of everything from the first message held up to this seq, nothing is missing. */
  readonly upTo: number;
  /** Ascending by seq, all beyond `upTo + 1`. */
  readonly ahead: readonly Message[];
}

/** Holds nothing; what comes after `upTo` is new. */
export const historyFrom = (upTo: number): History => ({ messages: [], upTo, ahead: [] });

/** The seq of the first message held; with none, that of the next one to come. */
export const firstOf = ({ messages, upTo }: History): number => messages[0]?.seq ?? upTo + 1;

/** Takes messages in any order, from live events or sync; those that are there already change nothing. */
export function take(history: History, arrived: readonly Message[]): History {
  const waiting = new Map(history.ahead.map(message => [message.seq, message]));
  for (const message of arrived) if (message.seq > history.upTo) waiting.set(message.seq, message);
  if (waiting.size === history.ahead.length) return history;

  const next: Message[] = [];
  for (let seq = history.upTo + 1; waiting.has(seq); seq++) {
    next.push(waiting.get(seq) as Message);
    waiting.delete(seq);
  }
  return {
    messages: next.length > 0 ? [...history.messages, ...next] : history.messages,
    upTo: history.upTo + next.length,
    ahead: [...waiting.values()].sort((a, b) => a.seq - b.seq),
  };
}

/** Puts older messages in front. Those that do not end where the stretch begins are of another question, and are left out. */
export function prepend(history: History, older: readonly Message[]): History {
  const fitting = older.filter(({ seq }) => seq < firstOf(history));
  if (fitting.at(-1)?.seq !== firstOf(history) - 1) return history;
  return { ...history, messages: [...fitting, ...history.messages] };
}
