/** Ordered queues that several replicas consume: who has which, and that each message is worked on in order. */
import { expect } from 'chai';
import type { Queues } from '#runtime/contract/ports.js';
import type { AmqpOptions } from '#runtime/drivers/amqp/queues.js';
import { eventually } from '../../support/eventually.js';
import { type Troubled, up } from './troubled.js';

export function replicas(broker: Troubled): void {
  describe('ordered queues with several replicas', () => {
    const many = 12;
    let names: string[];
    let got: Map<string, string[]>;
    let holder: Map<string, string>;
    let begun: Set<string>;
    let doubled: string[];
    let published: number;

    /** Works on one message of a queue at a time, and lets go as it is asked to. */
    async function replica(id: string, options: Partial<AmqpOptions> = {}) {
      const queues = broker.connect({ urls: [broker.url], name: id, ...options });
      const busy = new Map<string, Promise<void>>();
      const epoch = new Map<string, number>();
      const release = async (released: readonly string[]) => {
        for (const name of released) epoch.set(name, (epoch.get(name) ?? 0) + 1);
        await Promise.all(released.map(name => busy.get(name)));
      };
      const consumer = await queues.consume(names, { ordered: true, prefetch: 20, release }, (delivery, name) => {
        const taken = epoch.get(name);
        const work = async (): Promise<void> => {
          if (epoch.get(name) !== taken || delivery.stale) return;
          if (begun.has(name)) doubled.push(name);
          begun.add(name);
          await new Promise(setImmediate);
          begun.delete(name);
          got.get(name)?.push(delivery.body);
          holder.set(name, id);
          delivery.ack();
        };
        busy.set(name, (busy.get(name) ?? Promise.resolve()).then(work));
      });
      return { consumer, queues };
    }

    async function publishTo(publisher: Queues, rounds: number): Promise<void> {
      for (let round = 0; round < rounds; round++) {
        const body = String(++published);
        await Promise.all(names.map(name => publisher.publish(name, body)));
      }
    }

    /** Publishes until each queue is with whoever should have it. */
    const shared = (publisher: Queues, wanted: (shares: readonly number[]) => boolean, of: readonly string[]) =>
      eventually(
        `shares of ${of}`,
        async () => {
          await publishTo(publisher, 1);
          const shares = of.map(id => [...holder.values()].filter(each => each === id).length);
          expect([...shares, wanted(shares)]).to.deep.equal([...shares, true]);
          return true;
        },
        { within: 100_000, every: 50 },
      );

    beforeEach(() => {
      names = Array.from({ length: many }, () => broker.fresh());
      got = new Map(names.map(name => [name, []]));
      [holder, begun, doubled, published] = [new Map(), new Set(), [], 0];
    });

    const isFour = async (): Promise<boolean> =>
      Number.parseInt(await broker.raw.on(async channel => String(channel.connection.serverProperties.version)), 10) >=
      4;

    /** By their broker: RabbitMQ 4 goes by priorities, which are not as even. */
    async function even(): Promise<(shares: readonly number[]) => boolean> {
      const most = (await isFour()) ? many - 1 : 1;
      return shares => shares.reduce((a, b) => a + b) === many && Math.max(...shares) - Math.min(...shares) <= most;
    }

    it('are shared as replicas come and go, and each message is worked on in order, by one at a time', async () => {
      const publisher = broker.connect({ urls: [broker.url], name: 'publisher' });
      await publisher.declare(names.map(name => ({ name, ordered: true })));
      const isEven = await even();
      let going = true;
      await replica('first');
      await shared(publisher, ([first]) => first === many, ['first']);
      const flow = (async () => {
        while (going) await publishTo(publisher, 1);
      })();
      const second = await replica('second');
      await shared(publisher, isEven, ['first', 'second']);
      const third = await replica('third');
      await shared(publisher, isEven, ['first', 'second', 'third']);
      expect(doubled).to.deep.equal([]);
      await second.consumer.cancel();
      await second.queues.close();
      await shared(publisher, isEven, ['first', 'third']);
      await third.queues.close();
      await shared(publisher, ([first]) => first === many, ['first']);
      going = false;
      await flow;
      await eventually('all', () => [...got.values()].every(bodies => new Set(bodies).size === published));
      expectOrder();
    });

    it('go on at once when the connections of a replica are cut, and are shared again when it is back', async () => {
      const publisher = broker.connect({ urls: [broker.url], name: 'publisher' });
      await publisher.declare(names.map(name => ({ name, ordered: true })));
      const isEven = await even();
      const first = await replica('first', { urls: [broker.proxied] });
      await replica('second');
      await shared(publisher, isEven, ['first', 'second']);
      broker.proxy.cut();
      await shared(publisher, ([, second]) => second === many, ['first', 'second']);
      broker.proxy.mend();
      await up(first.queues);
      await shared(publisher, isEven, ['first', 'second']);
      await eventually('all', () => [...got.values()].every(bodies => new Set(bodies).size === published));
      expectOrder();
    });

    it('are all worked on by whoever is there, though what replicas tell each other makes no sense or is refused', async () => {
      const exchange = `${names[0]}.consumers`;
      await broker.raw.on(channel => channel.assertExchange(exchange, 'direct', { durable: false }));
      const publisher = broker.connect({ urls: [broker.url], name: 'publisher' });
      await publisher.declare(names.map(name => ({ name, ordered: true })));
      const alone = await replica('first');
      await shared(publisher, ([first]) => first === many, ['first']);
      expect(alone.queues.state()).to.equal('up');
      await broker.raw.on(channel => channel.deleteExchange(exchange));
      await replica('second');
      const isEven = await even();
      await shared(publisher, isEven, ['first', 'second']);
      await broker.raw.on(async channel => {
        for (const body of ['', '{', 'null', '[]', '{"id":7}', '{"id":"x","place":"y"}', 'x'.repeat(100_000)])
          channel.publish(exchange, '', Buffer.from(body));
      });
      await shared(publisher, isEven, ['first', 'second']);
      expect(doubled).to.deep.equal([]);
    });

    /** The broker may forget the last acknowledgements of a channel that is closed: what it delivers again counts once. */
    function expectOrder(): void {
      const all = Array.from({ length: published }, (_, index) => index + 1);
      for (const [name, bodies] of got) expect([...new Set(bodies)].map(Number), name).to.deep.equal(all);
    }
  });
}
