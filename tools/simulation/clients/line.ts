/** A client's line to the system: connected to some gateway, and to another one soon after whenever that is over. */
import type { Scheduler } from '../kernel/scheduler.js';
import type { CallResult, ClientSocket, Front } from '../system/gateway.js';
import type { HearEvent } from '../system/sockets.js';

export interface Line {
  /** Resolves with the answer, or with nothing when there is none in time or the connection ends. */
  ask(event: string, data: object, withinMs: number): Promise<CallResult | undefined>;
  /** Grows by one with every connection. */
  connection(): number;
  connected(): Promise<void>;
  /** Resolves when it connects the next time. */
  connecting(): Promise<void>;
  /** The gateway that it is connected to, or about to be. */
  gateway(): Front | undefined;
  /** Whether it will not connect any more, by itself or because it was refused for good. */
  over(): boolean;
  /** For good. */
  leave(): void;
  cut(): void;
  stall(ms: number): void;
}

interface LineOptions {
  readonly scheduler: Scheduler;
  /** With which it connects. */
  readonly token: string;
  /** The gateways that can be reached now. */
  readonly fronts: () => readonly Front[];
  readonly hear: HearEvent;
  /** Called with every new connection. */
  readonly onConnected: () => void;
  /** Called with the end of each of them. */
  readonly onEnded?: () => void;
}

const CONNECT_WITHIN_MS = 5_000;

export function openLine({ scheduler, token, fronts, hear, onConnected, onEnded }: LineOptions): Line {
  const { chance } = scheduler;
  let socket: ClientSocket | undefined;
  let gateway: Front | undefined;
  let left = false;
  let number = 0;
  let live = false;
  let ended: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const starting: (() => void)[] = [];

  function connect(): void {
    if (left) return;
    const open = fronts();
    if (open.length === 0) return void setTimeout(connect, chance.between(100, 500));
    const mine = ++number;
    for (const resume of starting.splice(0)) resume();
    const late = setTimeout(() => socket?.link.cut(), CONNECT_WITHIN_MS);
    gateway = chance.pick(open);
    socket = gateway.connect(
      token,
      (event, data) => {
        if (mine !== number) return;
        if (event === 'connect_error') left = (data as { code: string }).code === 'unauthorized';
        if (event !== 'connect') return hear(event, data);
        clearTimeout(late);
        live = true;
        for (const resume of waiting.splice(0)) resume();
        onConnected();
      },
      () => {
        if (mine !== number) return;
        clearTimeout(late);
        if (live) onEnded?.();
        live = false;
        for (const end of ended.splice(0)) end();
        setTimeout(connect, chance.between(20, 600));
      },
    );
  }
  setTimeout(connect, chance.between(1, 500));

  return {
    connection: () => number,
    connected: () => (live ? Promise.resolve() : new Promise(resolve => waiting.push(resolve))),
    connecting: () => (left ? Promise.resolve() : new Promise(resolve => starting.push(resolve))),
    gateway: () => gateway,
    over: () => left,
    leave() {
      left = true;
      socket?.link.cut();
    },
    cut: () => socket?.link.cut(),
    stall: ms => socket?.link.stall(ms),
    ask: (event, data, withinMs) =>
      new Promise(resolve => {
        if (!live || !socket) return resolve(undefined);
        const end = (answer?: CallResult): void => {
          clearTimeout(timer);
          ended = ended.filter(each => each !== over);
          resolve(answer);
        };
        const over = (): void => end();
        const timer = setTimeout(over, withinMs);
        ended.push(over);
        socket.emit(event, data, end);
      }),
  };
}
