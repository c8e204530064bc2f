/** Many connections that ask the same over and over, each waiting for the acknowledgement before it asks again. */
import { latencies } from '../measure/latencies.js';
import { connectAll } from './connect-all.js';
import type { Device } from './device.js';
import { type AskPlan, type AskResult, measured } from './measured.js';
import { connectRaw } from './raw-device.js';
import { worker } from './worker.js';

interface SocketPlan extends AskPlan {
  readonly event: string;
  readonly data: object;
  /** A member of each acknowledgement's data, and its value as text. */
  readonly expected: readonly [name: string, value: string];
  readonly sockets: number;
}

worker<SocketPlan, AskResult>(async plan => {
  const times = latencies();
  const [member, value] = plan.expected;
  let [measuring, answers] = [false, 0];
  let wrong: string | undefined;

  const ask = (device: Device): void => {
    const asked = performance.now();
    device.ask(plan.event, plan.data, answer => {
      if (answer('ok') !== 'true' || answer(member) !== value)
        wrong ??= `${member} ${answer(member)}, ${answer('code')}`;
      if (measuring) answers++;
      if (measuring) times.add(performance.now() - asked);
      if (wrong === undefined) ask(device);
    });
  };
  const tokens = Array.from({ length: plan.sockets }, (_, at) => `token-${at}`);
  for (const device of await connectAll(connectRaw, [plan.url], tokens)) {
    device.onLost = reason => {
      wrong ??= reason;
    };
    ask(device);
  }

  const cpu = await measured(plan, on => {
    measuring = on;
  });
  if (wrong !== undefined) throw new Error(`a wrong answer: ${wrong}`);
  return { cpu, answers, p50: times.percentile(0.5), p99: times.percentile(0.99) };
});
