/**
 * The live connection. While it is open it comes back by itself: at once when the server says that it is going, with
 * growing, jittered pauses when nothing answers; and it is given a new token before the old one ends.
 */
import { io, type Socket } from 'socket.io-client';
import type { Account } from './account.js';
import type { Clock } from './clock.js';
import { type Code, type FieldError, Refusal } from './refusal.js';
import type { Wire } from './wire.js';

export type LinkStatus = 'offline' | 'connecting' | 'online';

export interface Link {
  readonly status: LinkStatus;
  open(): void;
  close(): void;
  /** Does not wait for the end of the pause: something says that the network is back. */
  wake(): void;
  /** Drops a connection that does not answer any more, and makes another. */
  renew(): void;
  /** Asks whether the connection still answers, unless it has just said something. */
  check(): void;
  /** The data of the acknowledgement; rejects with a Refusal, `unavailable` when there is none in time. */
  ask<Data>(event: string, data: object, withinMs?: number): Promise<Data>;
}

export interface LinkOptions {
  readonly url: string;
  readonly account: Pick<Account, 'token' | 'renew' | 'expiresAt'>;
  readonly clock: Clock;
  /** 0…1 */
  readonly random: () => number;
  readonly wire: Wire;
  readonly heard: (event: string, data: unknown) => void;
  readonly changed: (status: LinkStatus) => void;
  /** An open connection has been asked and does not answer; or it has answered again. */
  readonly fellSilent: (silent: boolean) => void;
}

type Ack<Data> = { ok: true; data: Data } | { ok: false; error: AckError };
interface AckError {
  readonly code: Code;
  readonly message: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterMs?: number;
}

const ANSWER_MS = 15_000;
const PAUSE_MS = { first: 300, most: 15_000 };
/** Clients that are sent away at the same moment come back spread over this time. */
const SPREAD_MS = 1_000;
/** How long a connection that has to go waits for answers. */
const LEAVE_MS = 2_000;
/** Asked and silent for so long, a connection is told to be silent, and then taken for dead. The server's own pings tell after 45 s. */
const SILENT_MS = { told: 4_000, dead: 10_000 };
/** What has said something so lately needs no question. */
const LATELY_MS = 10_000;
/** A token is renewed so long before its end. */
const RENEW_MS = 120_000;

export function createLink(options: LinkOptions): Link {
  const { url, account, clock, random, wire } = options;
  let status: LinkStatus = 'offline';
  let open = false;
  let socket: Socket | undefined;
  let token = '';
  let attempts = 0;
  let unanswered = 0;
  let cancelDial = () => {};
  let cancelRenewal = () => {};
  let heardAt = 0;
  let silent = false;
  let cancelAlarm: (() => void) | undefined;

  function hear(): void {
    heardAt = clock.now();
    cancelAlarm?.();
    cancelAlarm = undefined;
    fall(false);
  }

  function fall(now: boolean): void {
    if (silent === now) return;
    silent = now;
    options.fellSilent(now);
  }

  /** Runs from a question until anything is heard. */
  function expectAnswer(): void {
    cancelAlarm ??= clock.later(SILENT_MS.told, () => {
      fall(true);
      cancelAlarm = clock.later(SILENT_MS.dead - SILENT_MS.told, () => {
        wire.note('disconnected', { reason: 'no answer' });
        retry();
      });
    });
  }

  function become(next: LinkStatus): void {
    if (next === status) return;
    status = next;
    options.changed(next);
  }

  function drop(): void {
    cancelRenewal();
    cancelAlarm?.();
    cancelAlarm = undefined;
    fall(false);
    const dropped = socket;
    socket = undefined;
    dropped?.off();
    dropped?.offAny();
    dropped?.disconnect();
  }

  function redial(ms: number): void {
    drop();
    cancelDial();
    if (!open) return;
    become('connecting');
    cancelDial = clock.later(ms, () => void dial());
  }

  /** Between half of the pause and all of it. */
  function retry(atLeastMs = 0): void {
    const pause = Math.min(PAUSE_MS.first * 2 ** attempts, PAUSE_MS.most);
    attempts += 1;
    redial(Math.max(atLeastMs, pause * (0.5 + random() / 2)));
  }

  async function dial(): Promise<void> {
    const good = await account.token().catch(() => undefined);
    if (!open || socket) return;
    if (good === undefined) return retry();
    token = good;
    const dialled = io(url, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: ANSWER_MS,
    });
    socket = dialled;
    dialled.on('connect', () => {
      attempts = 0;
      hear();
      wire.note('connected');
      keepRenewed();
      become('online');
    });
    dialled.on('connect_error', error => void refused(error as Error & { data?: AckError }));
    dialled.on('disconnect', reason => {
      wire.note('disconnected', { reason });
      retry();
    });
    dialled.io.on('ping', hear);
    dialled.onAny((event: string, data: unknown) => {
      hear();
      wire.heard(event, data);
      if (event === 'server:draining') leave();
      else options.heard(event, data);
    });
  }

  async function refused({ message, data }: Error & { data?: AckError }): Promise<void> {
    wire.note('not connected', { reason: data?.code ?? message });
    drop();
    if (data?.code === 'unauthorized') await account.renew(token).catch(() => undefined);
    retry(data?.retryAfterMs);
  }

  /** Somewhere else is better; what was asked here is answered first. */
  function leave(): void {
    const leaving = socket;
    const since = clock.now();
    const go = () => {
      if (socket !== leaving) return;
      if (unanswered > 0 && clock.now() - since < LEAVE_MS) clock.later(50, go);
      else redial(0);
    };
    clock.later(random() * SPREAD_MS, go);
  }

  function keepRenewed(): void {
    cancelRenewal();
    const ms = Math.max(1_000, account.expiresAt - RENEW_MS - clock.now());
    cancelRenewal = clock.later(ms, async () => {
      const renewed = await account.renew(token).catch(() => undefined);
      if (status !== 'online') return;
      if (renewed !== undefined) {
        token = renewed;
        await ask('auth:renew', { token }).catch(() => undefined);
      }
      keepRenewed();
    });
  }

  function ask<Data>(event: string, data: object, withinMs = ANSWER_MS): Promise<Data> {
    const shown = event === 'auth:renew' ? undefined : data;
    return wire.timed('sent', event, shown, answered<Data>(event, data, withinMs));
  }

  async function answered<Data>(event: string, data: object, withinMs: number): Promise<Data> {
    if (!socket?.connected) throw new Refusal('unavailable', 'not connected');
    unanswered += 1;
    expectAnswer();
    const asked = socket;
    try {
      const ack = (await socket.timeout(withinMs).emitWithAck(event, data)) as Ack<Data>;
      if (asked === socket) hear();
      if (ack.ok) return ack.data;
      const { code, message, ...details } = ack.error;
      throw new Refusal(code, message, details);
    } catch (thrown) {
      throw Refusal.from(thrown);
    } finally {
      unanswered -= 1;
    }
  }

  return {
    get status() {
      return status;
    },
    open() {
      if (open) return;
      open = true;
      attempts = 0;
      redial(0);
    },
    close() {
      open = false;
      cancelDial();
      drop();
      become('offline');
    },
    wake() {
      if (!open || socket) return;
      attempts = 0;
      redial(0);
    },
    renew() {
      if (open) redial(0);
    },
    check() {
      if (status === 'online' && clock.now() - heardAt > LATELY_MS)
        ask('presence:get', { userIds: [] }).catch(() => undefined);
    },
    ask,
  };
}
