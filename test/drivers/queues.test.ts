/** The queues' contract, on the in-process driver always, and on RabbitMQ where one answers. */
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Consumer, Queues } from '#runtime/contract/ports.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { amqpUrl, type RawAmqp, rawAmqp } from '../support/amqp.js';
import { eventually } from '../support/eventually.js';
import { silent } from '../support/silent.js';
import { collect, failureOf, numbers } from './queues/consumers.js';
import { queuesContract } from './queues/contract.js';
import type { TestedBroker } from './queues/processes.js';
import { queuesTroubles } from './queues/troubles.js';

describe('queues in memory', () => {
  queuesContract(async () => {
    let shared = memoryQueues();
    const processes = new Set<object>();
    let made = 0;
    return {
      fresh: () => `queue-${++made}`,
      deadLetters: async queue => shared.deadLetters(queue),
      async connect() {
        if (shared.state() !== 'up') shared = memoryQueues();
        return asProcess(shared, processes);
      },
    };
  });

  it('keeps the last thousand dead letters', async () => {
    const queues = memoryQueues();
    await queues.declare([{ name: 'q', ordered: false }]);
    await queues.consume('q', { ordered: false, prefetch: 10 }, delivery => void delivery.dead('no'));
    await Promise.all(numbers(1, 1_100).map(body => queues.publish('q', body)));
    expect(queues.deadLetters('q').map(({ body }) => body)).to.deep.equal(numbers(101, 1_100));
    await queues.close();
  });

  it('buries what its consumer throws at', async () => {
    const queues = memoryQueues();
    await queues.declare([{ name: 'q', ordered: false }]);
    await queues.consume('q', { ordered: false, prefetch: 10 }, () => {
      throw new Error('a defect');
    });
    await queues.publish('q', '1');
    expect(queues.deadLetters('q')).to.deep.equal([{ body: '1', reason: 'the consumer threw: a defect' }]);
    await queues.close();
  });

  it('rejects a publish that nobody takes in time, and does not deliver it later', async () => {
    const queues = memoryQueues({ publishTimeoutMs: 20 });
    await queues.declare([{ name: 'q', ordered: false }]);
    expect((await failureOf(keepAlive(queues.publish('q', '1')))).code).to.equal('unavailable');
    const consumer = await collect(queues, 'q', { ordered: false, prefetch: 10 });
    queues.publish('q', '2').catch(() => undefined);
    await consumer.got('2');
    await queues.close();
  });

  it('rejects at once when too much waits', async () => {
    const queues = memoryQueues({ maxPending: 2 });
    await queues.declare([{ name: 'q', ordered: false }]);
    const waiting = [queues.publish('q', '1'), queues.publish('q', '2')].map(failureOf);
    expect((await failureOf(queues.publish('q', '3'))).code).to.equal('unavailable');
    await queues.close();
    expect((await Promise.all(waiting)).map(({ code }) => code)).to.deep.equal(['unavailable', 'unavailable']);
  });
});

const found = await amqpUrl();
const skipped = found === undefined ? ' (SKIPPED: none answers at AMQP_URL or on the default port)' : '';

describe(`queues on RabbitMQ${skipped}`, () => {
  const prefix = `test-${randomBytes(4).toString('hex')}`;
  const used: string[] = [];
  const url = found ?? '';
  let raw: RawAmqp;

  before(async function () {
    if (skipped !== '' && process.env.CI === 'true') throw new Error('no RabbitMQ answers');
    if (skipped !== '') return this.skip();
    raw = await rawAmqp(url);
  });
  after(async () => {
    if (raw === undefined) return;
    await raw.on(async channel => {
      for (const queue of used) {
        await channel.deleteQueue(queue);
        await channel.deleteQueue(`${queue}.dlq`);
        await channel.deleteExchange(queue);
      }
    });
    await raw.close();
  });

  function fresh(): string {
    const name = `${prefix}-${used.length + 1}`;
    used.push(name);
    return name;
  }

  const broker = (): TestedBroker => ({
    fresh,
    async connect() {
      const queues = connectAmqp({ urls: [url], name: prefix, log: silent });
      await eventually('a connection', () => queues.state() === 'up');
      return queues;
    },
    deadLetters: queue =>
      raw.on(async channel => {
        const letters = [];
        for (;;) {
          const message = await channel.get(`${queue}.dlq`, { noAck: false });
          if (message === false) return letters;
          expect(message.properties.headers?.['x-queue']).to.equal(queue);
          letters.push({ body: message.content.toString(), reason: String(message.properties.headers?.['x-reason']) });
        }
      }),
  });

  queuesContract(async () => broker());
  queuesTroubles(() => ({ url, raw, fresh }));
});

/** The in-process driver as one of several processes: the last one to close turns off the light. */
function asProcess(shared: Queues, peers: Set<object>): Queues {
  const consumers: Consumer[] = [];
  const self = {
    ...shared,
    async consume(...[queue, options, onDelivery]: Parameters<Queues['consume']>) {
      const consumer = await shared.consume(queue, options, onDelivery);
      consumers.push(consumer);
      return consumer;
    },
    async close() {
      await Promise.all(consumers.map(consumer => consumer.cancel()));
      peers.delete(self);
      if (peers.size === 0) await shared.close();
    },
  };
  peers.add(self);
  return self;
}

/** The driver's timers alone do not keep a process alive. */
function keepAlive<Result>(promise: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => undefined, 1_000);
  return promise.finally(() => clearInterval(timer));
}
