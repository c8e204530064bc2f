/** What only a broker at the other end of a network can do to the queues, and what must come of it. */
import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { GetMessage, Options } from 'amqplib';
import { expect } from 'chai';
import type { Log } from '#runtime/contract/function.js';
import type { Queues } from '#runtime/contract/ports.js';
import { type AmqpOptions, connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { BLOCKED, declareFormer, type RawAmqp, UNBLOCKED } from '../support/amqp.js';
import { eventually } from '../support/eventually.js';
import { silent } from '../support/silent.js';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.js';
import { collect, failureOf, numbers } from './queues.contract.js';

export interface Troubled {
  readonly url: string;
  readonly raw: RawAmqp;
  fresh(): string;
}

const ORDERED = { ordered: true, prefetch: 100 };

export function queuesTroubles(given: () => Troubled): void {
  let proxy: TcpProxy;
  let proxied: string;
  let open: Queues[];

  const connect = (options: Partial<AmqpOptions> = {}): Queues => {
    const queues = connectAmqp({ urls: [proxied], name: 'troubled', log: silent, ...options });
    open.push(queues);
    return queues;
  };
  const up = (queues: Queues) => eventually('up', () => queues.state() === 'up');
  const down = (queues: Queues, reason: RegExp) =>
    eventually(`down because of ${reason}`, () => {
      const state = queues.state();
      expect(state === 'up' || 'degraded' in state ? state : state.down).to.match(reason);
      return true;
    });

  beforeEach(async () => {
    open = [];
    const { hostname, port } = new URL(given().url);
    proxy = await tcpProxy({ host: hostname, port: Number(port || 5672) });
    const through = new URL(given().url);
    through.hostname = '127.0.0.1';
    through.port = String(proxy.port);
    proxied = through.href;
  });
  afterEach(async () => {
    proxy.mend();
    await Promise.all(open.map(queues => queues.close()));
    await proxy.close();
  });

  it('loses nothing and keeps the order when connections are cut in the middle', async () => {
    const queues = connect();
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    const got: string[] = [];
    await queues.consume(name, ORDERED, delivery => {
      got.push(delivery.body);
      delivery.ack();
    });
    await up(queues);
    const published: Promise<void>[] = [];
    for (const round of [0, 1, 2]) {
      for (const body of numbers(round * 300 + 1, round * 300 + 300)) {
        published.push(queues.publish(name, body));
        if (Number(body) % 50 === 0) await new Promise(resolve => setImmediate(resolve));
      }
      proxy.cut();
      await down(queues, /./);
      proxy.mend();
      await up(queues);
    }
    await Promise.all(published);
    await eventually('all of them', () => new Set(got).size === 900);
    expect([...new Set(got)]).to.deep.equal(numbers(1, 900));
  });

  it('comes up by itself when the broker was not there at the start, and sends what waited', async () => {
    proxy.cut();
    const queues = connect();
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    const published = numbers(1, 3).map(body => queues.publish(name, body));
    await down(queues, /publish/);
    proxy.mend();
    await Promise.all(published);
    await consumer.got('1', '2', '3');
    await up(queues);
  });

  it('goes to another node of the cluster when one does not answer', async () => {
    proxy.cut();
    const queues = connect({ urls: [proxied, given().url] });
    await up(queues);
  });

  it('rejects publishes in time when the broker stays away, then at once, and at once when too many wait', async () => {
    proxy.cut();
    const queues = connect({ outbox: { timeoutMs: 200, maxPending: 2 } });
    const waiting = ['1', '2'].map(body => failureOf(queues.publish('any', body)));
    const full = await failureOf(queues.publish('any', '3'));
    const late = await Promise.all(waiting);
    const away = await failureOf(queues.publish('any', '4'));
    const failures = [full, ...late, away];
    expect(new Set(failures.map(({ code }) => code))).to.deep.equal(new Set(['unavailable']));
    expect(failures.map(({ message }) => message).join()).to.match(/^too many.*in time.*in time.*is away$/);
  });

  it('rejects publishes in time when the network is silent, and goes on when it speaks again', async () => {
    const queues = connect({ outbox: { timeoutMs: 200 } });
    const name = given().fresh();
    await queues.declare([{ name, ordered: false }]);
    await up(queues);
    proxy.stall();
    expect((await failureOf(queues.publish(name, '1'))).message).to.match(/in time/);
    proxy.mend();
    await eventually('a publish', async () => {
      await queues.publish(name, '2');
      return true;
    });
  });

  it('rejects publishes at once while the broker blocks them, and publishes when it does not any more', async () => {
    const queues = connect();
    const name = given().fresh();
    await queues.declare([{ name, ordered: false }]);
    await up(queues);
    proxy.say(BLOCKED);
    await down(queues, /blocked by the broker: low on memory/);
    expect((await failureOf(queues.publish(name, '1'))).message).to.match(/no messages at present/);
    proxy.say(UNBLOCKED);
    await up(queues);
    await queues.publish(name, '2');
    const consumer = await collect(queues, name, { ordered: false, prefetch: 10 });
    await consumer.got('2');
  });

  it('closes in a moment though the network is silent, and leaves no connection behind', async () => {
    const sockets: Socket[] = [];
    const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
    diagnostics.subscribe('net.client.socket', note);
    const queues = connect();
    await up(queues);
    diagnostics.unsubscribe('net.client.socket', note);
    const ours = sockets.filter(({ remotePort }) => remotePort === proxy.port);
    proxy.stall();
    const since = performance.now();
    await queues.close();
    expect(performance.now() - since).to.be.lessThan(5_000);
    expect(ours.map(({ destroyed }) => destroyed)).to.deep.equal([true]);
  });

  it('says where the replies go to a message that it had to publish twice', async () => {
    const [asking, consuming] = [connect(), connect({ urls: [given().url] })];
    const name = given().fresh();
    await consuming.declare([{ name, ordered: false }]);
    await asking.declare([{ name, ordered: false }]);
    const addresses: (string | undefined)[] = [];
    await consuming.consume(name, { ordered: false, prefetch: 10 }, delivery => {
      addresses.push(delivery.replyTo);
      delivery.ack();
    });
    await Promise.all([up(asking), up(consuming)]);
    proxy.stall();
    const published = asking.publish(name, '1', { replyTo: { address: 'here', receive: () => {} } });
    proxy.cut();
    proxy.mend();
    await published;
    await eventually('the delivery', () => addresses.includes('here'));
  });

  it('ignores what is done to deliveries of a lost connection, and gets them again', async () => {
    const queues = connect();
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await Promise.all(['1', '2'].map(body => queues.publish(name, body)));
    await consumer.got('1', '2');
    proxy.cut();
    proxy.mend();
    await consumer.got('1', '2', '1', '2');
    await up(queues);
    consumer.deliveries[0]?.ack();
    await consumer.deliveries[1]?.dead('too late');
    await given().raw.on(async channel => expect(await channel.get(`${name}.dlq`)).to.equal(false));
    proxy.cut();
    proxy.mend();
    await consumer.got('1', '2', '1', '2', '1', '2');
  });

  it('names the queue that exists with other properties, and comes up when it is gone', async () => {
    const queues = connect({ urls: [given().url] });
    const name = given().fresh();
    await given().raw.on(channel => channel.assertQueue(name, { durable: true }));
    await queues.declare([{ name, ordered: true }]);
    await down(queues, new RegExp(`PRECONDITION_FAILED.*${name}`));
    await given().raw.on(channel => channel.deleteQueue(name));
    await up(queues);
    await queues.publish(name, '1');
  });

  it('does the same for a consumer, whose trouble leaves publishing alone', async () => {
    const queues = connect({ urls: [given().url] });
    const [good, bad] = [given().fresh(), given().fresh()];
    await queues.declare([{ name: good, ordered: false }]);
    await up(queues);
    await given().raw.on(channel => channel.assertQueue(bad, { durable: true }));
    const consumer = await collect(queues, bad, ORDERED);
    await down(queues, new RegExp(`PRECONDITION_FAILED.*${bad}`));
    await queues.publish(good, '1');
    await consumer.cancel();
    expect(queues.state()).to.equal('up');
  });

  it('loses no fact and keeps the order when connections are cut in the middle, and when the exchange is deleted', async () => {
    const queues = connect();
    const [name, exchange] = [given().fresh(), given().fresh()];
    await queues.declare([{ name, ordered: true }]);
    await queues.bind({ exchange, bindings: [{ queue: name, type: 'stored.v1', part: 1, of: 4 }] });
    const got: string[] = [];
    await queues.consume(name, ORDERED, delivery => {
      got.push(delivery.body);
      delivery.ack();
    });
    await up(queues);
    const announced: Promise<void>[] = [];
    const announce = (from: number, to: number) => {
      for (const body of numbers(from, to)) {
        announced.push(queues.announce({ exchange, type: 'stored.v1', slot: 5 }, body));
      }
    };
    announce(1, 300);
    proxy.cut();
    await down(queues, /./);
    proxy.mend();
    announce(301, 600);
    await up(queues);
    await Promise.all(announced.splice(0));
    await eventually('what is in the queue', () => new Set(got).size === 600);
    await given().raw.on(channel => channel.deleteQueue(name));
    announce(601, 700);
    await Promise.all(announced.splice(0));
    await given().raw.on(channel => channel.deleteExchange(exchange));
    announce(701, 800);
    await Promise.all(announced);
    await eventually('all of them', () => new Set(got).size === 800);
    expect([...new Set(got)]).to.deep.equal(numbers(1, 800));
  });

  it('makes its queue again and goes on when somebody deletes it', async () => {
    const queues = connect({ urls: [given().url] });
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await up(queues);
    await given().raw.on(channel => channel.deleteQueue(name));
    await queues.publish(name, '1');
    await eventually('its delivery', () => consumer.bodies().includes('1'));
  });

  it('does not start the next consumer of an ordered queue before a cancelled one is done', async () => {
    const [first, second] = [connect({ urls: [given().url] }), connect({ urls: [given().url] })];
    const name = given().fresh();
    await first.declare([{ name, ordered: true }]);
    const leaving = await collect(first, name, { ordered: true, prefetch: 2 });
    await Promise.all(numbers(1, 4).map(body => first.publish(name, body)));
    await leaving.got('1', '2');
    const next = await collect(second, name, ORDERED);
    await up(second);
    await leaving.cancel();
    leaving.deliveries[1]?.ack();
    await Promise.all(numbers(5, 6).map(body => first.publish(name, body)));
    expect(next.bodies()).to.deep.equal([]);
    leaving.deliveries[0]?.ack();
    await next.got('3', '4', '5', '6');
    expect(leaving.bodies()).to.deep.equal(['1', '2']);
  });

  it('keeps a message whose dead letter could not be stored, and its place', async () => {
    const queues = connect({ urls: [given().url] });
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await Promise.all(['1', '2'].map(body => queues.publish(name, body)));
    await consumer.got('1', '2');
    await given().raw.on(channel => channel.deleteQueue(`${name}.dlq`));
    const dead = consumer.deliveries[0]?.dead('a reason') ?? Promise.resolve();
    expect((await failureOf(dead)).code).to.equal('unavailable');
    await consumer.got('1', '2', '1', '2');
    await up(queues);
    await consumer.deliveries[2]?.dead('a reason');
  });

  it('puts what is not UTF-8 into the dead-letter queue byte for byte, and hands over what follows', async () => {
    const queues = connect({ urls: [given().url] });
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    await up(queues);
    const garbage = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80]);
    await given().raw.on(async channel => channel.sendToQueue(name, garbage, { contentType: 'image/png' }));
    await queues.publish(name, 'text');
    const consumer = await collect(queues, name, ORDERED);
    await consumer.got('text');
    const letter = await eventually('the dead letter', () =>
      given().raw.on(channel => channel.get(`${name}.dlq`, { noAck: true })),
    );
    expect([...letter.content]).to.deep.equal([...garbage]);
    expect(letter.properties.contentType).to.equal('image/png');
    expect(letter.properties.headers).to.include({ 'x-reason': 'not UTF-8', 'x-queue': name });
  });

  /** What died of the message, which whoever published it gave these properties. */
  async function dead(body: string, options: Options.Publish, part?: string): Promise<GetMessage> {
    const queues = connect({ urls: [given().url] });
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    await up(queues);
    await given().raw.on(async channel => channel.sendToQueue(name, Buffer.from(body), options));
    await queues.publish(name, 'what follows');
    const consumer = await collect(queues, name, ORDERED);
    await consumer.got(body, 'what follows');
    await consumer.deliveries[0]?.dead('no such chat', part);
    await eventually('only the other one is left', () => consumer.deliveries[0]?.stale === false);
    const letter = await eventually('the dead letter', () =>
      given().raw.on(channel => channel.get(`${name}.dlq`, { noAck: true })),
    );
    const { 'x-queue': from = name, 'x-delivery-count': _, ...headers } = letter.properties.headers ?? {};
    expect(from).to.equal(name);
    letter.properties.headers = headers;
    return letter;
  }

  const HEADERS = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...{ tenant: 'blue', attempt: 3, big: 2 ** 40, share: 0.5, urgent: true, nothing: null },
    list: ['a', 1, { deep: 'er' }],
    at: { '!': 'timestamp', value: 1_800_000_000 },
    bytes: Buffer.from([0xff, 0x00]),
  };
  const PROPERTIES: Options.Publish = {
    ...{ contentType: 'application/cloudevents-batch+json', contentEncoding: 'identity', priority: 3 },
    ...{ correlationId: 'c', replyTo: 'r', messageId: 'm', timestamp: 1_700_000_000, type: 't', appId: 'shop' },
  };

  it('keeps all properties and headers of a message that is dead, beside the reason', async () => {
    const { content, properties } = await dead('[1,2]', { ...PROPERTIES, headers: HEADERS });
    expect(content.toString()).to.equal('[1,2]');
    expect(properties).to.deep.include(PROPERTIES);
    const { 'x-reason': reason, 'x-dead-at': at, 'x-letter-id': id, ...headers } = properties.headers ?? {};
    expect([reason, typeof at, typeof id]).to.deep.equal(['no such chat', 'string', 'string']);
    expect(headers).to.deep.equal(HEADERS);
  });

  it('keeps them of the part that is dead, which says what kind of content it is', async () => {
    const { content, properties } = await dead('[1,{"two":2}]', { ...PROPERTIES, headers: HEADERS }, '{"two":2}');
    expect(content.toString()).to.equal('{"two":2}');
    expect(properties).to.deep.include({ ...PROPERTIES, contentType: 'application/cloudevents+json' });
    expect(properties.headers).to.deep.include(HEADERS);
  });

  it('sets aside what would end a dead letter, have it refused, or send copies of it elsewhere', async () => {
    const { fields, properties } = await dead('1', { expiration: '600000', userId: 'guest', CC: ['no-such-queue'] });
    expect(properties).to.deep.include({ expiration: undefined, userId: undefined });
    const aside = { 'x-expiration': '600000', 'x-user-id': 'guest', 'x-cc': ['no-such-queue'] };
    expect(properties.headers).to.deep.include(aside).and.not.to.have.property('CC');
    expect(fields.messageCount, 'copies').to.equal(0);
  });

  it('has the broker keep a dead message whose headers leave no room for a reason', async () => {
    const { properties } = await dead('1', { ...PROPERTIES, headers: { long: 'x'.repeat(65_500) } });
    expect(properties).to.deep.include(PROPERTIES);
    expect(properties.headers?.long).to.have.length(65_500);
    expect(properties.headers?.['x-death']?.[0]).to.include({ reason: 'rejected' });
  });

  it('keeps every message in its place, however often its consumers are restarted under a backlog', async () => {
    const queues = connect({ urls: [given().url] });
    const name = given().fresh();
    await queues.declare([{ name, ordered: true }]);
    const backlog = numbers(1, 20);
    for (const body of backlog) await queues.publish(name, body);
    // More often than the 20 times that RabbitMQ 4 allows unless told otherwise, and the 200 that were declared before.
    for (let restarts = 0; restarts < 210; restarts++) {
      await given().raw.on(async channel => {
        const last = new Promise(resolve => {
          channel.consume(name, message => message?.content.toString() === '20' && resolve(true));
        });
        expect(await last).to.equal(true);
      });
    }
    expect((await given().raw.on(channel => channel.checkQueue(`${name}.dlq`))).messageCount).to.equal(0);
    const consumer = await collect(queues, name, ORDERED);
    await consumer.got(...backlog);
  });

  it('uses a queue that an older version declared, and says that it is degraded', async () => {
    const name = given().fresh();
    await given().raw.on(channel => declareFormer(channel, name));
    const queues = connect({ urls: [given().url] });
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await queues.publish(name, '1');
    await consumer.got('1');
    expect(queues.state())
      .to.have.property('degraded')
      .that.matches(new RegExp(`dlq -- upgrade.*${name}`));
  });

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
      const queues = connect({ urls: [given().url], name: id, ...options });
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
        { within: 40_000, every: 50 },
      );

    beforeEach(() => {
      names = Array.from({ length: many }, () => given().fresh());
      got = new Map(names.map(name => [name, []]));
      [holder, begun, doubled, published] = [new Map(), new Set(), [], 0];
    });

    const isFour = async (): Promise<boolean> =>
      Number.parseInt(await given().raw.on(async channel => String(channel.connection.serverProperties.version)), 10) >=
      4;

    /** By their broker: RabbitMQ 4 goes by priorities, which are not as even. */
    async function even(): Promise<(shares: readonly number[]) => boolean> {
      const most = (await isFour()) ? many - 1 : 1;
      return shares => shares.reduce((a, b) => a + b) === many && Math.max(...shares) - Math.min(...shares) <= most;
    }

    it('are shared as replicas come and go, and each message is worked on in order, by one at a time', async () => {
      const publisher = connect({ urls: [given().url], name: 'publisher' });
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
      const publisher = connect({ urls: [given().url], name: 'publisher' });
      await publisher.declare(names.map(name => ({ name, ordered: true })));
      const isEven = await even();
      const first = await replica('first', { urls: [proxied] });
      await replica('second');
      await shared(publisher, isEven, ['first', 'second']);
      proxy.cut();
      await shared(publisher, ([, second]) => second === many, ['first', 'second']);
      proxy.mend();
      await up(first.queues);
      await shared(publisher, isEven, ['first', 'second']);
      await eventually('all', () => [...got.values()].every(bodies => new Set(bodies).size === published));
      expectOrder();
    });

    it('are all worked on by whoever is there, though what replicas tell each other makes no sense or is refused', async () => {
      const exchange = `${names[0]}.consumers`;
      await given().raw.on(channel => channel.assertExchange(exchange, 'direct', { durable: false }));
      const publisher = connect({ urls: [given().url], name: 'publisher' });
      await publisher.declare(names.map(name => ({ name, ordered: true })));
      const alone = await replica('first');
      await shared(publisher, ([first]) => first === many, ['first']);
      expect(alone.queues.state()).to.equal('up');
      await given().raw.on(channel => channel.deleteExchange(exchange));
      await replica('second');
      const isEven = await even();
      await shared(publisher, isEven, ['first', 'second']);
      await given().raw.on(async channel => {
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

  it('says what is wrong with the credentials without telling them', async () => {
    const lines: string[] = [];
    const write = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const url = new URL(given().url);
    url.username = 'nobody';
    url.password = 'open-sesame';
    const queues = connect({ urls: [url.href], log });
    await down(queues, /ACCESS_REFUSED/);
    await eventually('a line in the log', () => lines.length > 0);
    expect(JSON.stringify([lines, queues.state()])).not.to.include('open-sesame');
  });

  it('stays down and says so when the URL makes no sense', async () => {
    const queues = connect({ urls: ['not a url'] });
    await down(queues, /Invalid URL/);
  });
}
