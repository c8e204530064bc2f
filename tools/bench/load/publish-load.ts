/** A bare publisher with confirms and a bare consumer, on queues that are there: what the broker alone costs. */
import { connect } from 'amqplib';
import type { CpuUse } from '../measure/cpu.js';
import { latencies } from '../measure/latencies.js';
import { measured, type Span } from './measured.js';
import { pace } from './pace.js';
import { worker } from './worker.js';

export interface PublishPlan extends Span {
  readonly amqp: string;
  /** Used in turn. */
  readonly queues: readonly string[];
  /** Messages without a confirmation, or, with `rate`, none. */
  readonly inFlight: number;
  readonly rate?: number;
}

export interface PublishResult {
  readonly cpu: CpuUse;
  readonly confirmed: number;
  readonly confirmP50: number;
  readonly confirmP99: number;
  readonly arrivalP50: number;
  readonly arrivalP99: number;
}

const BODY = 'x'.repeat(300);
const PREFETCH = 500;

worker<PublishPlan, PublishResult>(async ({ amqp, queues, inFlight, rate, ...span }) => {
  const [confirms, arrivals] = [latencies(), latencies()];
  let [count, confirmed, measuring, stopped] = [0, 0, false, false];
  const consuming = await connect(amqp, { noDelay: true });
  for (const queue of queues) {
    const channel = await consuming.createChannel();
    await channel.prefetch(PREFETCH);
    await channel.consume(queue, message => {
      if (!message) return;
      if (measuring) arrivals.add(performance.now() - Number(message.properties.messageId));
      channel.ack(message);
    });
  }
  const publishing = await connect(amqp, { noDelay: true });
  const channel = await publishing.createConfirmChannel();
  const publish = (): void => {
    const at = performance.now();
    const options = { persistent: true, messageId: String(at) };
    channel.sendToQueue(queues[count++ % queues.length]!, Buffer.from(BODY), options, error => {
      if (error) throw error;
      if (measuring) confirmed++;
      if (measuring) confirms.add(performance.now() - at);
      if (rate === undefined && !stopped) publish();
    });
  };
  const stop = rate === undefined ? () => {} : pace(rate, publish);
  if (rate === undefined) for (let each = 0; each < inFlight; each++) publish();

  const cpu = await measured(span, on => {
    measuring = on;
    stopped = !on;
  });
  stop();
  await channel.waitForConfirms();
  await publishing.close();
  await consuming.close();
  return {
    ...{ cpu, confirmed },
    ...{ confirmP50: confirms.percentile(0.5), confirmP99: confirms.percentile(0.99) },
    ...{ arrivalP50: arrivals.percentile(0.5), arrivalP99: arrivals.percentile(0.99) },
  };
});
