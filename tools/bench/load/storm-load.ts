/**
 * Many connections that are lost at one moment and come back at one moment, each with a sync, while some pairs go on
 * talking. Who is refused tries again a little later, as clients do.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type CpuUse, countCpu } from '../measure/cpu.js';
import type { Watched } from '../measure/processes.js';
import { connectAll } from './connect-all.js';
import type { Device } from './device.js';
import { pace } from './pace.js';
import { connectRaw } from './raw-device.js';
import { type Flow, trackTraffic } from './traffic.js';
import { worker } from './worker.js';

export interface StormPlan {
  readonly url: string;
  /** Of those who come back; each holds every chat named up to this seq. */
  readonly crowd: readonly { readonly token: string; readonly cursors: Readonly<Record<string, number>> }[];
  readonly talkers: readonly string[];
  readonly flows: readonly Flow[];
  readonly tag: string;
  readonly rate: number;
  readonly watched: Watched;
}

export interface StormResult {
  /** Until the last one was back and in sync. */
  readonly cpu: CpuUse;
  readonly refusals: number;
  readonly liveP50: number;
  readonly liveP99: number;
  readonly seqs: readonly (readonly number[])[];
  readonly faults: readonly string[];
}

const AWAY_MS = 1_000;
const WITHIN_MS = 60_000;
const RETRY_MS = [200, 1_000] as const;

worker<StormPlan, StormResult>(async ({ url, crowd, talkers, flows, tag, rate, watched }) => {
  const traffic = trackTraffic(flows, tag);
  const speakers = await connectAll(connectRaw, [url], talkers);
  for (const [person, device] of speakers.entries()) {
    device.onEvent = (event, data) => void (event === 'message:new' && traffic.arrives(person, data));
    device.onLost = reason => traffic.fault(`talker ${person} lost the connection: ${reason}`);
  }
  const stop = pace(rate, count => {
    const number = count % flows.length;
    const { clientId, answered } = traffic.leaves(number);
    const { chatId, sender } = flows[number]!;
    speakers[sender]!.ask('message:send', { chatId, clientId, body: 'still here' }, answered);
  });
  const present = await connectAll(
    connectRaw,
    [url],
    crowd.map(({ token }) => token),
  );
  for (const device of present) device.close();
  await pause(AWAY_MS);

  let refusals = 0;
  const back: Device[] = [];
  const deadline = Date.now() + WITHIN_MS;
  const comeBack = async ({ token, cursors }: StormPlan['crowd'][number]): Promise<void> => {
    while (Date.now() < deadline) {
      const device = await connectRaw(url, token).catch(() => undefined);
      if (device) {
        back.push(device);
        const synced = await new Promise<boolean>(resolve => {
          device.onLost = () => resolve(false);
          device.ask('sync', { cursors }, answer => resolve(answer('ok') === 'true'));
        });
        if (synced) return;
        device.close();
      }
      refusals++;
      await pause(RETRY_MS[0] + Math.random() * (RETRY_MS[1] - RETRY_MS[0]));
    }
    traffic.fault('somebody did not get back');
  };
  traffic.measure(true);
  const count = countCpu({ ...watched, client: [{ pid: process.pid }] });
  await Promise.all(crowd.map(comeBack));
  const cpu = count();
  traffic.measure(false);
  stop();
  for (const began = Date.now(); traffic.unfinished() > 0 && Date.now() - began < 10_000; ) await pause(20);
  if (traffic.unfinished() > 0) traffic.fault(`${traffic.unfinished()} messages did not arrive`);
  for (const device of [...back, ...speakers]) device.close();
  const { arrival } = traffic.times;
  const { seqs, faults } = traffic;
  return { cpu, refusals, seqs, faults, liveP50: arrival.percentile(0.5), liveP99: arrival.percentile(0.99) };
});
