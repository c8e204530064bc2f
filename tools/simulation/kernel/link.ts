/**
 * A network connection between two ends: what is sent arrives in its order, some time later, unless the connection is
 * cut. Then only a part of what is under way arrives, in each direction, and each end hears that it is over.
 */
import type { Owner, Scheduler, Task } from './scheduler.js';

export interface End {
  /** Undefined for a server, which is of the world. */
  readonly owner: Owner | undefined;
  /** Nothing more arrives. */
  ended(): void;
}

/** Sends to one end. */
export type Send = (label: string, arrive: () => void) => void;

export interface Link {
  readonly toNear: Send;
  readonly toFar: Send;
  /** One end hangs up: everything that was sent arrives before the other hears of it. */
  closeTransport(): void;
  /** The network fails, or a process dies. */
  cut(): void;
  /** The network holds everything back for a while, and nobody is told. */
  stall(ms: number): void;
  /** The same of what comes to the near end alone. */
  lag(ms: number): void;
}

/** Mostly quick, sometimes slow, rarely stuck. */
export function latency({ chance }: Scheduler): number {
  const kind = chance.next();
  if (kind < 0.93) return chance.between(0.1, 2);
  return kind < 0.995 ? chance.between(2, 60) : chance.between(60, 3_000);
}

export function openLink(scheduler: Scheduler, near: End, far: End): Link {
  const [toNear, toFar] = [direction(scheduler, near), direction(scheduler, far)];
  let over = false;
  function end(lossy: boolean): void {
    if (over) return;
    over = true;
    toNear.end(lossy);
    toFar.end(lossy);
  }
  return {
    toNear: toNear.send,
    toFar: toFar.send,
    closeTransport: () => end(false),
    cut: () => end(true),
    stall(ms) {
      toNear.stall(ms);
      toFar.stall(ms);
    },
    lag: toNear.stall,
  };
}

/** What is farther away than this when a connection is cut does not arrive. */
const CLOSE_MS = 50;

function direction(scheduler: Scheduler, { owner, ended }: End) {
  let underWay: Task[] = [];
  let last = 0;
  let over = false;

  function plan(label: string, run: () => void): void {
    last = Math.max(last, scheduler.now() + latency(scheduler));
    underWay.push(scheduler.at(last, owner, label, run));
    if (underWay.length > 64) underWay = underWay.filter(task => task.at >= scheduler.now());
  }

  return {
    send(label: string, arrive: () => void): void {
      if (!over) plan(label, arrive);
    },
    stall(ms: number): void {
      last = Math.max(last, scheduler.now() + ms);
    },
    end(lossy: boolean): void {
      over = true;
      if (lossy) {
        const now = scheduler.now();
        const coming = underWay.filter(task => task.at > now);
        const close = coming.filter(task => task.at < now + CLOSE_MS).length;
        const kept = Math.min(close, scheduler.chance.below(coming.length + 1));
        for (const task of coming.slice(kept)) task.cancelled = true;
        last = coming[kept - 1]?.at ?? now;
      }
      plan('connection over', ended);
    },
  };
}
