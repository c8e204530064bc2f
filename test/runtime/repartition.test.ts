/**
 * The number of partitions changes while people write: processes with another number come, those with the former one go.
 * Nothing is lost, and what is of one key stays in order, whichever process published it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import Type from 'typebox';
import { event } from '#runtime/contract/event-type.js';
import type { Fanout, Queues } from '#runtime/contract/ports.js';
import { route } from '#runtime/contract/route.js';
import { on, type Service } from '#runtime/contract/service.js';
import { http, queue } from '#runtime/contract/trigger.js';
import { partitionLog } from '#runtime/core/generations.js';
import type { createInvoker } from '#runtime/core/invoker.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { type Hosted, host } from '#runtime/host.js';
import { newId } from '#runtime/new-id.js';
import { amqpUrl, rawAmqp } from '../support/amqp.js';
import { eventually } from '../support/eventually.js';
import { silent } from '../support/silent.js';
import { define } from './core/workbench.js';

const PEOPLE = 10;

const said = event<{ readonly key: string; readonly n: number }>('said.v1');

/** Replies between processes of one test. */
function switchboard(): () => Fanout {
  const listeners = new Map<string, (replies: readonly unknown[]) => void>();
  let processes = 0;
  return () => {
    const own = `process ${++processes}`;
    return {
      name: 'fanout',
      state: () => 'up',
      close: async () => {},
      emit: async () => {},
      address: () => own,
      reply: (address, replies) => void setImmediate(() => listeners.get(address)?.(replies)),
      onReply: receive => void listeners.set(own, receive),
    };
  };
}

interface Running {
  say(key: string, n: number): Promise<unknown>;
  leave(): Promise<void>;
}

function town(connect: () => Queues, name: string) {
  const things = { name, partitions: 8 };
  const fanout = switchboard();
  /** What was worked on, each once, by key. */
  const done = new Map<string, number[]>();
  const running = new Set<Running>();
  let pauseMs = 0;

  const input = Type.Object({ key: Type.String(), n: Type.Number() });
  const say = define.single({
    ...{ name: 'say', summary: 'Says.', access: 'anybody', needs: [], publishes: [said] },
    input,
    handle: async (_context, { data }) => ({ publish: [said(data)] }),
  });
  const take = define.batch({
    ...{ name: 'take', summary: 'Takes.', access: 'nobody', needs: [], input },
    async handle(_context, events) {
      await sleep(pauseMs);
      for (const { data } of events) {
        const { key, n } = data;
        const of = done.get(key) ?? [];
        if (!of.includes(n)) of.push(n);
        done.set(key, of);
      }
      return { items: events.map(() => ({ verdict: 'ok' as const })) };
    },
  });
  const saying = on(http.post('/say'), say);

  async function start(bindings: Service['bindings'], partitions?: number): Promise<Running> {
    let invoker: ReturnType<typeof createInvoker> | undefined;
    const queues = connect();
    const hosted: Hosted = await host({
      service: {
        ...{ name: 'test', queues: [things], bindings },
        routes: [{ ...route(said, { queue: things }), key: 'key' }],
      },
      ...{ ports: {}, queues, fanout: fanout(), metrics: createMetrics('test'), log: silent, newId },
      ...(partitions !== undefined && { partitions }),
      edge(options) {
        invoker = options.invoker;
        return { routes: () => {}, drain: async () => {} };
      },
    });
    const made: Running = {
      say: (key, n) =>
        invoker?.invoke({ binding: saying, data: { key, n } }).result ?? Promise.reject(new Error('gone')),
      async leave() {
        running.delete(made);
        await hosted.drain(0);
        await queues.close();
      },
    };
    running.add(made);
    return made;
  }

  return {
    done,
    gateway: () => start([saying]),
    worker: (partitions: number) => start([on(queue(things, said, { size: 16 }), take)], partitions),
    slow(ms: number) {
      pauseMs = ms;
    },
    async close() {
      await Promise.all([...running].map(each => each.leave()));
    },
  };
}

/** What is not known to be safe is said again, at whichever gateway. */
async function insist(gateways: readonly Running[], key: string, n: number): Promise<void> {
  for (let at = n; ; at++) {
    const said = await gateways[at % gateways.length]?.say(key, n).catch(failure => failure);
    if (!(said instanceof Error)) return;
    await sleep(20);
  }
}

/** Each person goes on only when the last word is safe. */
async function write(gateways: readonly Running[], key: string, until: () => boolean): Promise<number> {
  let n = 0;
  while (!until()) await insist(gateways, key, ++n);
  return n;
}

function story(given: () => ReturnType<typeof town>): void {
  it('grows from 8 to 32 and shrinks to 4 while ten people write', async () => {
    const { gateway, worker, done, slow } = given();
    const gateways = [await gateway(), await gateway()];
    let workers = [await worker(8), await worker(8)];
    let over = false;
    const writers = Array.from({ length: PEOPLE }, (_, at) => write(gateways, `person ${at}`, () => over));
    const more = async (): Promise<void> => {
      const total = () => [...done.values()].reduce((sum, { length }) => sum + length, 0);
      const before = total();
      await eventually('work goes on', () => total() > before + 5 * PEOPLE);
    };
    await more();
    for (const partitions of [32, 4, 8]) {
      // A backlog of the former partitions is there when the next ones begin.
      slow(100);
      const next = [await worker(partitions)];
      await workers[0]?.leave();
      await sleep(150);
      next.push(await worker(partitions));
      await workers[1]?.leave();
      workers = next;
      slow(0);
      await more();
    }
    over = true;
    const said = await Promise.all(writers);
    await eventually('everything', () => [...done.values()].flat().length === said.reduce((sum, n) => sum + n, 0));
    for (const [at, count] of said.entries()) {
      expect(done.get(`person ${at}`)).to.deep.equal(Array.from({ length: count }, (_, n) => n + 1));
    }
  });

  it('lets processes that want different numbers work beside each other', async () => {
    const { gateway, worker, done } = given();
    const gateways = [await gateway()];
    await Promise.all([worker(8), worker(32), worker(4)]);
    let over = false;
    const writer = write(gateways, 'ann', () => over);
    await eventually('a hundred', () => (done.get('ann')?.length ?? 0) > 100);
    over = true;
    const said = await writer;
    await eventually('everything', () => done.get('ann')?.length === said);
    expect(done.get('ann')).to.deep.equal(Array.from({ length: said }, (_, n) => n + 1));
  });

  it('works off what is left in partitions that nobody publishes to any more', async () => {
    const { gateway, worker, done } = given();
    const first = await worker(8);
    const speaker = await gateway();
    await insist([speaker], 'ann', 1);
    await first.leave();
    const waiting = [2, 3].map(n => speaker.say('ann', n).catch(() => undefined));
    await sleep(50);
    await worker(4);
    await Promise.all(waiting);
    await insist([speaker], 'ann', 4);
    await eventually('all of them', () => done.get('ann')?.length === 4);
    expect(done.get('ann')).to.deep.equal([1, 2, 3, 4]);
  });
}

describe('partitions in memory that change', () => {
  let present: ReturnType<typeof town>;

  beforeEach(() => {
    const shared = memoryQueues();
    present = town(() => ({ ...leaving(shared) }), 'things');
  });
  afterEach(() => present.close());

  story(() => present);
});

/** One process of several on the same queues: closing it ends what it consumes. */
function leaving(shared: Queues): Queues {
  const consumers: { cancel(): Promise<void> }[] = [];
  return {
    ...shared,
    async consume(...how) {
      const consumer = await shared.consume(...how);
      consumers.push(consumer);
      return consumer;
    },
    async close() {
      await Promise.all(consumers.map(each => each.cancel()));
    },
  };
}

const found = await amqpUrl();
const skipped = found === undefined ? ' (SKIPPED: none answers at AMQP_URL or on the default port)' : '';

describe(`partitions on RabbitMQ that change${skipped}`, function () {
  this.timeout(120_000);
  const url = found ?? '';
  const names: string[] = [];
  let present: ReturnType<typeof town>;

  before(function () {
    if (skipped !== '' && process.env.CI === 'true') throw new Error('no RabbitMQ answers');
    if (skipped !== '') return this.skip();
  });
  beforeEach(() => {
    const name = `test-${randomBytes(4).toString('hex')}`;
    names.push(name);
    present = town(() => connectAmqp({ urls: [url], name: 'test', log: silent }), name);
  });
  afterEach(() => present.close());
  after(async () => {
    if (skipped !== '') return;
    const raw = await rawAmqp(url);
    for (const name of names) {
      await raw.on(channel => channel.deleteQueue(partitionLog({ name, partitions: 8 })));
      for (const generation of [undefined, 1, 2, 3, 4, 5]) {
        for (let part = 0; part < 32; part++) {
          const queue = generation === undefined ? `${name}.${part}` : `${name}.${generation}-${part}`;
          await raw.on(async channel => {
            await channel.deleteQueue(queue);
            await channel.deleteQueue(`${queue}.dlq`);
          });
        }
      }
    }
    await raw.close();
  });

  story(() => present);
});
