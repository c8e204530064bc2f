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
import { type ConsumerPlan, type ConsumerResult, ITEM, PREFETCH, tally } from './consumer.js';

const LAST_ACKS_MS = 1_000;

worker<ConsumerPlan, ConsumerResult>(async plan => {
  const { see, finished, result } = tally(plan);
  class Items {
    take(_data: object, context: RmqContext): void {
      context.getChannelRef().ack(context.getMessage());
      see();
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
  await app.listen();
  await finished;
  const measured = result();
  // As with the bare consumer: acknowledgements are on their way.
  await pause(LAST_ACKS_MS);
  await app.close();
  return measured;
});
