/** What clients make a process hold in memory, bounded by whom it is held for and in all. */
import type { ServerResponse } from 'node:http';
import { Failure } from '../contract/failure.js';

export interface Limits {
  /** Bytes for one client. */
  readonly each: number;
  /** Bytes in all. */
  readonly all: number;
}

export interface Budget {
  /** Throws Failure `rate_limited` where the client holds too much, `unavailable` where all together do. */
  check(client: string, bytes: number): void;
  /** Holds so many bytes until the response is closed: answered, and read, or cut off. Throws as `check` does. */
  hold(client: string, bytes: number, response: ServerResponse): void;
}

const AGAIN = { retryAfterMs: 1_000 };

/** `what` is held too much of, as a client is told of it. */
export function budget(what: string, { each, all }: Limits): Budget {
  const held = new Map<string, number>();
  let total = 0;

  function check(client: string, bytes: number): void {
    if ((held.get(client) ?? 0) + bytes > each) throw new Failure('rate_limited', `too much at once: ${what}`, AGAIN);
    if (total + bytes > all) throw new Failure('unavailable', `too much at once here: ${what}`, AGAIN);
  }

  function add(client: string, bytes: number): void {
    total += bytes;
    const now = (held.get(client) ?? 0) + bytes;
    if (now > 0) held.set(client, now);
    else held.delete(client);
  }

  return {
    check,
    hold(client, bytes, response) {
      check(client, bytes);
      // Nobody will be told of its end.
      if (response.destroyed) return;
      add(client, bytes);
      response.once('close', () => add(client, -bytes));
    },
  };
}
