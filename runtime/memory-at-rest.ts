/**
 * Gives memory back when a rush of clients is over. V8 has a task for that, but begins it only when it sees a low rate of
 * allocation, and of a server with idle connections it goes on to see that of the rush: what ten thousand clients leave
 * behind in connecting is more than what they weigh. Where many have come together and the event loop has next to
 * nothing to do, V8 is told to save memory: then the task runs, in steps of some milliseconds. It is told so for a short
 * time only, not while there is work, and to keep what it has compiled where it can. It cannot keep all of it: what
 * comes next is served at several times the cost for some seconds. So it is done after a rush, and not in every lull.
 */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

const LOOK_EVERY_MS = 2_000;
/** At rest: looks in a row at which the loop was busy for no more than this part of the time. */
const CALM = { part: 0.1, looks: 5 };
const BUSY_PART = 0.2;
/** For so many looks memory is saved, which is enough for two rounds of V8's task. */
const SAVING_LOOKS = 15;
/** Connections, more than the fewest since memory was last given back. Each leaves some 15 kB. */
const RUSH = 5_000;
/** The releases whose V8 is known to have the flags, and to take them while it runs; another one would only complain. */
const KNOWN = /^24\./;

export interface MemoryAtRestOptions {
  /** Connections that there are. */
  readonly clients: () => Promise<number>;
  /** Default: tells V8. */
  readonly save?: (saving: boolean) => void;
  /** The part of the time since the last look in which the event loop was busy. */
  readonly busy?: () => number;
  readonly lookEveryMs?: number;
  readonly node?: string;
}

/** Answers with what stops it. */
export function saveMemoryAtRest(options: MemoryAtRestOptions): () => void {
  const { clients, save = tellV8, busy = sinceLastLook() } = options;
  const { lookEveryMs = LOOK_EVERY_MS, node = process.versions.node } = options;
  if (!KNOWN.test(node)) return () => {};
  let fewest = Number.POSITIVE_INFINITY;
  let calm = 0;
  /** Looks at which memory is saved still. */
  let left = 0;

  async function look(): Promise<void> {
    const part = busy();
    const count = await clients();
    calm = part <= CALM.part ? calm + 1 : 0;
    fewest = Math.min(fewest, count);
    if (left > 0) goOn(part, count);
    else if (calm >= CALM.looks && count - fewest >= RUSH) {
      left = SAVING_LOOKS;
      save(true);
    }
  }

  function goOn(part: number, count: number): void {
    left = part < BUSY_PART ? left - 1 : 0;
    if (left > 0) return;
    save(false);
    fewest = count;
  }

  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function tellV8(saving: boolean): void {
  setFlagsFromString(saving ? '--no-flush-bytecode' : '--flush-bytecode');
  setFlagsFromString(saving ? '--memory-saver-mode' : '--no-memory-saver-mode');
}

function sinceLastLook(): () => number {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
