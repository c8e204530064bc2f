/** A queue function of ours, with schema, metrics and everything else that an image brings along. */
import { setTimeout as pause } from 'node:timers/promises';
import Type from 'typebox';
import { event } from '#runtime/contract/event-type.js';
import { functionsOf } from '#runtime/contract/function.js';
import type { Output } from '#runtime/contract/output.js';
import { fact } from '#runtime/contract/route.js';
import { on } from '#runtime/contract/service.js';
import { queue } from '#runtime/contract/trigger.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { host } from '#runtime/host.js';
import { createLog } from '#runtime/log.js';
import { newId } from '#runtime/new-id.js';
import { until } from '#support/eventually.js';
import { worker } from '../load/worker.js';
import { type ConsumerPlan, type ConsumerResult, ITEM, tally } from './consumer.js';

const ACKNOWLEDGED_MS = 150;

const Item = Type.Object({ number: Type.Integer({ minimum: 0 }), text: Type.String({ maxLength: 1_000 }) });
type Item = Output<typeof Item>;

const counted = event('bench.counted.v1', { data: Type.Object({ number: Type.String() }) });

const { single, batch } = functionsOf<Record<string, never>, 'internal'>();

worker<ConsumerPlan, ConsumerResult>(async plan => {
  const { see, finished, result } = tally(plan);
  const seen = new Uint8Array(plan.warm + plan.count);
  const seeOnce = (number: number): void => {
    if (seen[number] === 0) see();
    seen[number] = 1;
  };
  const declaration = {
    name: 'countItem',
    access: 'internal',
    needs: [],
    summary: 'Counts an item.',
    input: Item,
  } as const;
  const one = single({
    ...declaration,
    handle: (_context, { data }) => {
      seeOnce(data.number);
      return {};
    },
  });
  const many = batch({
    ...declaration,
    handle: (_context, events) => {
      for (const { data } of events) seeOnce(data.number);
      return { items: events.map(() => ({})) };
    },
  });
  const teller = batch({
    ...declaration,
    publishes: [counted],
    handle: (_context, events) => {
      for (const { data } of events) seeOnce(data.number);
      const publish = events.map(({ id, data }) => counted({ number: `${data.number}` }, { id: `${id}.counted` }));
      return { items: events.map(() => ({})), publish };
    },
  });
  const fn = plan.tells ? teller : plan.batch === 1 ? one : many;
  const log = await createLog({ level: 'warn', image: 'bench' });
  const queues = connectAmqp({ urls: [plan.amqp], name: 'bench', log });
  await until(() => queues.state() === 'up');
  const service = {
    name: 'bench',
    queues: [{ name: plan.queue, partitions: 0 }],
    facts: { exchange: 'bench.facts', facts: [fact(counted, { key: 'number' })] },
    bindings: [on(queue({ name: plan.queue }, event<Item>(ITEM), { size: plan.batch }), fn)],
  };
  const hosted = await host({
    ...{ service, queues, log, newId },
    ports: {},
    fanout: memoryFanout(),
    metrics: createMetrics('bench'),
  });
  await finished;
  // The last of them are acknowledged a moment after they were done.
  await pause(ACKNOWLEDGED_MS);
  const measured = result();
  await hosted.drain(1_000);
  await queues.close();
  return measured;
});
