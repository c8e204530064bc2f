/**
 * Gives memory back when a rush is over. V8 has a task for that, but begins it only when it sees a low rate of
 * allocation, and of a server with idle connections it goes on to see that of the rush: what ten thousand clients
 * leave behind in connecting is more than what they weigh. Where much has come together and the event loop has next to
 * nothing to do, V8 is told to save memory: then the task runs, in steps of some milliseconds. It is told so for a short
 * time only, never while there is work, and to keep compiled code: what comes next would be served twice as slowly.
 */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const LOOK_EVERY_MS = 2_000;
/** At rest: looks in a row at which the loop was busy for no more than this part of the time. */
const CALM = { part: 0.1, looks: 5 };
const BUSY_PART = 0.2;
/** For so many looks memory is saved, which is enough for two rounds of V8's task. */
const SAVING_LOOKS = 15;
/**
 * So much more is held than when memory was last given back: some five thousand clients leave as much. For a while a
 * message costs more afterwards.
 */
const WORTH_BYTES = 100 * 1024 * 1024;
/** The releases whose V8 is known to have the flags, and to take them while it runs; another one would only complain. */
const KNOWN = /^24\./;

export interface MemoryAtRestOptions {
  /** Default: tells V8. */
  readonly save?: (saving: boolean) => void;
  /** The part of the time since the last look in which the event loop was busy. */
  readonly busy?: () => number;
  /** Bytes that the heap holds, whether it uses them or not. */
  readonly held?: () => number;
  readonly lookEveryMs?: number;
  readonly node?: string;
}

/** Answers with what stops it. */
export function saveMemoryAtRest(options: MemoryAtRestOptions = {}): () => void {
  const { save = tellV8, busy = sinceLastLook(), held = heldByHeap } = options;
  const { lookEveryMs = LOOK_EVERY_MS, node = process.versions.node } = options;
  if (!KNOWN.test(node)) return () => {};
  let kept = held();
  let calm = 0;
  /** Looks at which memory is saved still. */
  let left = 0;

  function look(): void {
    const part = busy();
    calm = part <= CALM.part ? calm + 1 : 0;
    kept = Math.min(kept, held());
    if (left > 0) goOn(part);
    else if (calm >= CALM.looks && held() - kept >= WORTH_BYTES) {
      left = SAVING_LOOKS;
      save(true);
    }
  }

  function goOn(part: number): void {
    left = part < BUSY_PART ? left - 1 : 0;
    if (left > 0) return;
    save(false);
    // Whoever was interrupted begins again.
    if (part < BUSY_PART) kept = held();
  }

  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function tellV8(saving: boolean): void {
  setFlagsFromString(saving ? '--no-flush-bytecode' : '--flush-bytecode');
  setFlagsFromString(saving ? '--memory-saver-mode' : '--no-memory-saver-mode');
}

const heldByHeap = (): number => getHeapStatistics().total_physical_size;

function sinceLastLook(): () => number {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
