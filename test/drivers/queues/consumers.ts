/** Consumers that keep what they get, for tests of queues and of what is made of them. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { ConsumeOptions, Delivery, Queues } from '#runtime/contract/ports.js';
import { eventually } from '../../support/eventually.js';

export const ORDERED: ConsumeOptions = { ordered: true, prefetch: 100 };
export const UNORDERED: ConsumeOptions = { ordered: false, prefetch: 100 };

/** Keeps what comes, and settles it only when told to. */
export async function collect(queues: Queues, queue: string, options: ConsumeOptions) {
  const deliveries: Delivery[] = [];
  const consumer = await queues.consume(queue, options, delivery => void deliveries.push(delivery));
  return {
    deliveries,
    bodies: () => deliveries.map(delivery => delivery.body),
    cancel: () => consumer.cancel(),
    got: (...bodies: string[]) =>
      eventually(`deliveries of ${bodies}`, () => {
        expect(deliveries.map(delivery => delivery.body)).to.deep.equal(bodies);
        return true;
      }),
  };
}

/** The bodies that come, each acknowledged at once. */
export async function listen(queues: Queues, queue: string, options: ConsumeOptions): Promise<string[]> {
  const got: string[] = [];
  await queues.consume(queue, options, delivery => {
    got.push(delivery.body);
    delivery.ack();
  });
  return got;
}

export const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

/** What a promise rejected with, which has to be a Failure. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => undefined,
    error => error,
  );
  expect(outcome).to.be.instanceOf(Failure);
  return outcome;
}
