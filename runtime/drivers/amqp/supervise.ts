/**
 * Keeps one thing that breaks (a connection, a channel) alive: opens it, waits until it breaks, and opens it again,
 * with jittered exponential backoff, for ever. Nothing here rejects or throws; what is wrong shows in `state()`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../contract/function.js';
import type { PartState } from '../../contract/ports.js';
import { backoffMs } from '../../core/backoff.js';

/** Short, since nobody can publish before it is over. */
const RETRY = { firstMs: 100, mostMs: 2_000 };

/** Why a channel ended that did nothing wrong itself. */
export const CONNECTION_LOST = 'the connection to the broker was lost';

export interface Supervised<Live> {
  state(): PartState;
  /** The thing as soon as there is one. */
  live(): Promise<Live>;
  /** The thing if there is one right now. */
  current(): Live | undefined;
  /** Takes the thing for broken. */
  fail(reason: string): void;
  /** Leaves the thing as it is, but does not open it again. */
  retire(): void;
  /** Ends the thing for good. */
  stop(): Promise<void>;
}

export interface Supervision<Live> {
  /** What an operator calls it. */
  readonly what: string;
  readonly log: Log;
  open(broke: (reason: string) => void): Promise<Live>;
  /** Never rejects. */
  close(live: Live): Promise<void>;
}

/** A host with several addresses, none of which answers, fails with a code and an empty message. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

export function supervise<Live>({ what, log, open, close }: Supervision<Live>): Supervised<Live> {
  const interrupt = new AbortController();
  let state: PartState = { down: `${what}: not opened yet` };
  let live: Live | undefined;
  let fail: (reason: string) => void = () => undefined;
  let waiting: ((live: Live) => void)[] = [];
  let retired = false;
  let attempt = 0;

  async function liveOnce(): Promise<string> {
    const broken = new Promise<string>(resolve => {
      fail = resolve;
    });
    let opened: Live;
    try {
      opened = await open(fail);
    } catch (error) {
      return messageOf(error);
    }
    if (retired) {
      await close(opened);
      return 'closed';
    }
    const since = performance.now();
    live = opened;
    state = 'up';
    const first = waiting;
    waiting = [];
    for (const resolve of first) resolve(opened);
    const reason = await broken;
    live = undefined;
    state = { down: `${what}: ${reason}` };
    if (performance.now() - since > RETRY.mostMs) attempt = 0;
    await close(opened);
    return reason;
  }

  async function run(): Promise<void> {
    let told = '';
    while (!retired) {
      const reason = await liveOnce();
      state = { down: `${what}: ${reason}` };
      if (retired) return;
      if (reason !== CONNECTION_LOST && reason !== told) log.warn({ what, reason }, 'broker trouble, trying again');
      told = reason;
      await sleep(backoffMs(attempt, RETRY), undefined, { signal: interrupt.signal }).catch(() => undefined);
      if (reason !== CONNECTION_LOST) attempt += 1;
    }
  }

  const done = run();
  return {
    state: () => state,
    current: () => live,
    live: () => (live === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(live)),
    fail: reason => fail(reason),
    retire() {
      retired = true;
      interrupt.abort();
    },
    async stop() {
      retired = true;
      interrupt.abort();
      const wasLive = live !== undefined;
      fail('closed');
      if (wasLive) await done;
    },
  };
}
