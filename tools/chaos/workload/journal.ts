/** The log of all clients: in memory for the checker, and as compressed JSON lines for who wants to see what happened. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Entry, Line } from '../checker/entry.js';
import { abridged } from './abridge.js';

export interface Journal {
  readonly entries: readonly Entry[];
  /** Milliseconds since the run began. */
  now(): number;
  /** Resolves the call's number, which its answer carries. */
  invoke(client: string, what: string, via: string, data: unknown, wanted?: number): number;
  answer(client: string, call: number, ok: boolean, data: unknown): void;
  heard(client: string, connection: string, event: string, data: unknown): void;
  line(kind: Line['kind'], about: Omit<Line, 'kind' | 'at'>): void;
  /** What is told afterwards, as by people in a run that was broken off, is left out. */
  close(): Promise<void>;
}

export function openJournal(path: string): Journal {
  const zip = createGzip({ level: 1 });
  const written = pipeline(zip, createWriteStream(path));
  const entries: Entry[] = [];
  const start = performance.now();
  const now = () => Math.round((performance.now() - start) * 1_000) / 1_000;
  let calls = 0;
  let closed = false;
  const write = (whole: Entry) => {
    if (closed) return;
    const entry = abridged(whole);
    entries.push(entry);
    zip.write(`${JSON.stringify(entry)}\n`);
  };
  return {
    entries,
    now,
    invoke(client, what, via, data, wanted) {
      const call = ++calls;
      write({ kind: 'invoke', at: now(), client, call, wanted, what, via, data });
      return call;
    },
    answer: (client, call, ok, data) => write({ kind: 'answer', at: now(), client, call, ok, data }),
    heard: (client, connection, event, data) => write({ kind: 'event', at: now(), client, connection, event, data }),
    line: (kind, about) => write({ kind, at: now(), ...about }),
    async close() {
      closed = true;
      zip.end();
      await written;
    },
  };
}
