/** What travels, as it travels: the newest records, for people who want to see it. Tokens and passwords never get here. */
import type { Clock } from './clock.js';
import type { Refusal } from './refusal.js';

export interface WireRecord {
  readonly number: number;
  readonly at: number;
  /** `sent` over the socket and `asked` over HTTP have an answer; `heard` comes by itself; a `note` says what the client did. */
  readonly kind: 'sent' | 'asked' | 'heard' | 'note';
  readonly name: string;
  readonly data?: unknown;
  /** How long the answer took, in ms; with a note, how long what it tells of took. */
  readonly ms?: number;
  /** `ok`, or the code of the refusal. Absent while there is no answer. */
  readonly outcome?: string;
}

export interface Wire {
  /** Oldest first; another list whenever there is something new. */
  readonly records: readonly WireRecord[];
  subscribe(listener: () => void): () => void;
  heard(name: string, data: unknown): void;
  note(name: string, data?: unknown, ms?: number): void;
  /** Passes the promise on, and records how it settles. */
  timed<Answer>(kind: 'sent' | 'asked', name: string, data: unknown, answer: Promise<Answer>): Promise<Answer>;
}

const KEPT = 300;

export function createWire({ now }: Clock, kept = KEPT): Wire {
  let records: readonly WireRecord[] = [];
  let count = 0;
  const listeners = new Set<() => void>();

  const changed = (next: readonly WireRecord[]): void => {
    records = next;
    for (const listener of listeners) listener();
  };
  const add = (record: Omit<WireRecord, 'number' | 'at'>): number => {
    count += 1;
    changed([...records.slice(-kept + 1), { number: count, at: now(), ...record }]);
    return count;
  };
  const settle = (number: number, rest: Pick<WireRecord, 'ms' | 'outcome'>): void =>
    changed(records.map(record => (record.number === number ? { ...record, ...rest } : record)));

  return {
    get records() {
      return records;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    heard: (name, data) => void add({ kind: 'heard', name, data }),
    note: (name, data, ms) => void add({ kind: 'note', name, data, ...(ms !== undefined && { ms }) }),
    timed(kind, name, data, answer) {
      const since = now();
      const number = add({ kind, name, data });
      answer.then(
        () => settle(number, { ms: now() - since, outcome: 'ok' }),
        (refusal: Refusal) => settle(number, { ms: now() - since, outcome: refusal.code }),
      );
      return answer;
    },
  };
}
