/** The log of all clients: in memory for the checker, and as JSON lines for who wants to see what happened. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Entry } from '../checker/entry.js';

export interface Journal {
  readonly entries: readonly Entry[];
  /** Milliseconds since the run began. */
  now(): number;
  /** Resolves the call's number, which its answer carries. */
  invoke(client: string, what: string, via: string, data: unknown): number;
  answer(client: string, call: number, ok: boolean, data: unknown): void;
  heard(client: string, connection: string, event: string, data: unknown): void;
  line(kind: 'connected' | 'disconnected', client: string, connection: string, gateway: string): void;
  close(): Promise<void>;
}

export function openJournal(path: string): Journal {
  const file = createWriteStream(path);
  const entries: Entry[] = [];
  const start = performance.now();
  const now = () => Math.round((performance.now() - start) * 1_000) / 1_000;
  let calls = 0;
  const write = (entry: Entry) => {
    entries.push(entry);
    file.write(`${JSON.stringify(entry)}\n`);
  };
  return {
    entries,
    now,
    invoke(client, what, via, data) {
      const call = ++calls;
      write({ kind: 'invoke', at: now(), client, call, what, via, data });
      return call;
    },
    answer: (client, call, ok, data) => write({ kind: 'answer', at: now(), client, call, ok, data }),
    heard: (client, connection, event, data) => write({ kind: 'event', at: now(), client, connection, event, data }),
    line: (kind, client, connection, gateway) => write({ kind, at: now(), client, connection, gateway }),
    async close() {
      file.end();
      await once(file, 'finish');
    },
  };
}
