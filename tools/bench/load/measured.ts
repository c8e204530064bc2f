/** The time in which a load counts: what was begun before it warms up. */
import { setTimeout as pause } from 'node:timers/promises';
import { type CpuUse, countCpu } from '../measure/cpu.js';
import type { Watched } from '../measure/processes.js';

export interface Span {
  readonly warmS: number;
  readonly seconds: number;
  readonly watched: Watched;
}

/** A load that asks one server the same over and over, on several connections, each waiting for its answer before it asks again. */
export interface AskPlan extends Span {
  readonly url: string;
}

export interface AskResult {
  readonly cpu: CpuUse;
  readonly answers: number;
  readonly p50: number;
  readonly p99: number;
}

/** What the watched processes and this one, `client`, take in the time that counts; `counts` is told when it begins and ends. */
export async function measured({ warmS, seconds, watched }: Span, counts: (on: boolean) => void): Promise<CpuUse> {
  await pause(warmS * 1_000);
  const end = countCpu({ ...watched, client: [{ pid: process.pid }] });
  counts(true);
  await pause(seconds * 1_000);
  counts(false);
  return end();
}
