/**
 * Gives memory back when a rush is over. V8 has a task for that, but begins it only when it sees a low rate of
 * allocation, and of a server with idle connections it goes on to see that of the rush: what ten thousand clients
 * leave behind in connecting is more than what they weigh. While the event loop has next to nothing to do V8 is told to
 * save memory: then the task runs, in steps of some milliseconds. As soon as there is work, it is told to be quick again.
 */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

const LOOK_EVERY_MS = 2_000;
/** At rest: looks in a row at which the loop was busy for no more than this part of the time. */
const CALM = { part: 0.1, looks: 5 };
const BUSY_PART = 0.2;
/** The releases whose V8 is known to have the flag, and to take it while it runs; another one would only complain. */
const KNOWN = /^24\./;

export interface MemoryAtRestOptions {
  /** Default: tells V8. */
  readonly save?: (saving: boolean) => void;
  /** The part of the time since the last look in which the event loop was busy. */
  readonly busy?: () => number;
  readonly lookEveryMs?: number;
  readonly node?: string;
}

/** Answers with what stops it. */
export function saveMemoryAtRest(options: MemoryAtRestOptions = {}): () => void {
  const { save = tellV8, busy = sinceLastLook(), lookEveryMs = LOOK_EVERY_MS, node = process.versions.node } = options;
  if (!KNOWN.test(node)) return () => {};
  let calm = 0;
  let saving = false;

  function look(): void {
    const part = busy();
    calm = part <= CALM.part ? calm + 1 : 0;
    const wanted = saving ? part < BUSY_PART : calm >= CALM.looks;
    if (wanted !== saving) save(wanted);
    saving = wanted;
  }

  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

const tellV8 = (saving: boolean): void => setFlagsFromString(saving ? '--memory-saver-mode' : '--no-memory-saver-mode');

function sinceLastLook(): () => number {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
