/** Many connections that do nothing but answer pings: what they weigh, and what they cost at rest. */
import { setTimeout as pause } from 'node:timers/promises';
import { countCpu, residentKb } from '../measure/cpu.js';
import { connectAll } from './connect-all.js';
import { connectRaw } from './raw-device.js';
import { worker } from './worker.js';

export interface IdlePlan {
  readonly url: string;
  readonly pid: number;
  readonly tokens: readonly string[];
  /** Seconds until what connecting left behind is gone, and seconds of rest that are looked at. */
  readonly settleS: number;
  readonly restS: number;
}

export interface IdleResult {
  /** Before anybody connected. */
  readonly emptyKb: number;
  readonly kbPerSocket: number;
  readonly restingCores: number;
  readonly connectsPerS: number;
}

worker<IdlePlan, IdleResult>(async ({ url, pid, tokens, settleS, restS }) => {
  const before = residentKb(pid);
  const began = performance.now();
  const devices = await connectAll(connectRaw, [url], tokens);
  const connectsPerS = tokens.length / ((performance.now() - began) / 1_000);
  let lost = 0;
  for (const device of devices) {
    device.onLost = () => {
      lost++;
    };
  }
  await pause(settleS * 1_000);
  const count = countCpu({ server: [{ pid }] });
  await pause(restS * 1_000);
  const { us, seconds } = count();
  if (lost > 0) throw new Error(`${lost} of ${tokens.length} connections were lost`);
  return {
    emptyKb: before,
    kbPerSocket: (residentKb(pid) - before) / tokens.length,
    restingCores: (us.server ?? 0) / 1e6 / seconds,
    connectsPerS,
  };
});
