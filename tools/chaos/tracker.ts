/** Follows the journal while it is written: when was each chat last served, and how long was nobody. */
import type { Stored } from '#support/shapes.js';
import type { Submission } from './checker/sends.js';
import type { Journal } from './workload/journal.js';

export interface Tracker {
  readonly sent: number;
  readonly acknowledged: number;
  /** How many milliseconds after `from` a message of each chat was acknowledged as stored; undefined until all were. */
  recovered(from: number): number | undefined;
  /** The longest time between two acknowledgements, in ms, from then to now. */
  silence(from: number): number;
}

export function track(journal: Journal, chatIds: readonly string[]): Tracker {
  const chatOf = new Map<number, string>();
  const stored = new Map<string, number[]>(chatIds.map(chatId => [chatId, []]));
  const acknowledgements: number[] = [];
  let read = 0;
  let sent = 0;

  function catchUp(): void {
    for (; read < journal.entries.length; read++) {
      const entry = journal.entries[read]!;
      if (entry.kind === 'invoke' && entry.what === 'message:send') {
        sent++;
        chatOf.set(entry.call, (entry.data as Submission).chatId);
      }
      if (entry.kind !== 'answer') continue;
      const chatId = chatOf.get(entry.call);
      if (chatId === undefined) continue;
      chatOf.delete(entry.call);
      if (!entry.ok) continue;
      acknowledgements.push(entry.at);
      if ((entry.data as Stored).status === 'stored') stored.get(chatId)?.push(entry.at);
    }
  }

  return {
    get sent() {
      catchUp();
      return sent;
    },
    get acknowledged() {
      catchUp();
      return acknowledgements.length;
    },
    recovered(from) {
      catchUp();
      const firsts = [...stored.values()].map(times => times.find(at => at >= from));
      return firsts.every(at => at !== undefined) ? Math.max(...firsts) - from : undefined;
    },
    silence(from) {
      catchUp();
      const times = [from, ...acknowledgements.filter(at => at > from), journal.now()];
      return Math.max(...times.slice(1).map((at, place) => at - times[place]!));
    },
  };
}
