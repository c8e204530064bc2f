/** A microservice of Nest that does what the bare consumer does: takes an event, acknowledges it. Checks nothing. */
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  type RmqContext,
  Transport,
} from '@nestjs/microservices';
import { worker } from '../load/worker.js';
import { countCpu } from '../measure/cpu.js';
import { type ConsumerPlan, type ConsumerResult, ITEM, measureConsumer, PREFETCH } from './consumer.js';

const LAST_ACKS_MS = 1_000;

worker<ConsumerPlan, ConsumerResult>(async plan => {
  let count = 0;
  let finish = (): void => {};
  const finished = new Promise<void>(resolve => {
    finish = resolve;
  });
  class Items {
    take(_data: object, context: RmqContext): void {
      context.getChannelRef().ack(context.getMessage());
      if (++count === plan.count) finish();
    }
  }
  class App {}
  // As decorators would, which this project is not compiled with.
  Controller()(Items);
  EventPattern(ITEM)(Items.prototype, 'take', Object.getOwnPropertyDescriptor(Items.prototype, 'take')!);
  Payload()(Items.prototype, 'take', 0);
  Ctx()(Items.prototype, 'take', 1);
  Module({ controllers: [Items] })(App);

  const app = await NestFactory.createMicroservice<MicroserviceOptions>(App, {
    logger: ['error', 'warn'],
    transport: Transport.RMQ,
    options: {
      urls: [plan.amqp],
      ...{ queue: plan.queue, noAssert: true, noAck: false, prefetchCount: PREFETCH },
      // The messages are CloudEvents, not what Nest's own clients send.
      deserializer: { deserialize: ({ type, data }: { type: string; data: object }) => ({ pattern: type, data }) },
    },
  });
  const result = measureConsumer(countCpu(plan.watched));
  await app.listen();
  await finished;
  const measured = result();
  // As with the bare consumer: acknowledgements are on their way.
  await pause(LAST_ACKS_MS);
  await app.close();
  return measured;
});
