/** CPU time by process from the operating system's accounting: user and system, all threads, in steps of 10 ms. */
import { readFileSync } from 'node:fs';
import { pidsOf, type Watched } from './processes.js';

export interface CpuUse {
  readonly seconds: number;
  /** Microseconds in that time, by the names of what was watched. */
  readonly us: Readonly<Record<string, number>>;
  /** Cores that the rest of the machine kept busy: above some tenths the figures are not to be trusted. */
  readonly otherCores: number;
}

const TICK_US = 10_000;

/** Begins to count; the function that it returns ends it. */
export function countCpu(watched: Watched): () => CpuUse {
  const began = performance.now();
  const [before, busyBefore] = [snapshot(watched), busyTicks()];
  return () => {
    const seconds = (performance.now() - began) / 1_000;
    const after = snapshot(watched);
    const us: Record<string, number> = {};
    for (const [name, times] of Object.entries(after)) {
      us[name] = 0;
      for (const [pid, time] of times) us[name] += time - (before[name]?.get(pid) ?? 0);
    }
    const watchedUs = Object.values(us).reduce((sum, time) => sum + time, 0);
    const otherUs = (busyTicks() - busyBefore) * TICK_US - watchedUs;
    return { seconds, us, otherCores: Math.max(0, otherUs / 1e6 / seconds) };
  };
}

function snapshot(watched: Watched): Record<string, Map<number, number>> {
  const times: Record<string, Map<number, number>> = {};
  for (const [name, sources] of Object.entries(watched)) {
    times[name] = new Map(sources.flatMap(pidsOf).map(pid => [pid, timeOf(pid)]));
  }
  return times;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, fields 14 and 15; the second field may contain spaces. */
function timeOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return 0;
  }
}

function busyTicks(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.trim().split(/\s+/).slice(1).map(Number);
  return user + nice + system + irq + softirq;
}

/** Resident memory in kB. */
export function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
}

/** Bytes that the process has read so far, from connections and files alike. */
export function bytesRead(pid: number): number {
  return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1] ?? 0);
}
