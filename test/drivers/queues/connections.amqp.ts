/** Connections that are cut, stall, are refused or blocked, and what is kept meanwhile. */
import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import type { Log } from '#runtime/contract/function.js';
import { BLOCKED, UNBLOCKED } from '../../support/amqp.js';
import { eventually } from '../../support/eventually.js';
import { collect, failureOf, numbers, ORDERED } from './consumers.js';
import { down, type Troubled, up } from './troubled.js';

export function connections(broker: Troubled): void {
  it('loses nothing and keeps the order when connections are cut in the middle', async () => {
    const queues = broker.connect();
    const name = broker.fresh();
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
      broker.proxy.cut();
      await down(queues, /./);
      broker.proxy.mend();
      await up(queues);
    }
    await Promise.all(published);
    await eventually('all of them', () => new Set(got).size === 900);
    expect([...new Set(got)]).to.deep.equal(numbers(1, 900));
  });

  it('comes up by itself when the broker was not there at the start, and sends what waited', async () => {
    broker.proxy.cut();
    const queues = broker.connect();
    const name = broker.fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    const published = numbers(1, 3).map(body => queues.publish(name, body));
    await down(queues, /publish/);
    broker.proxy.mend();
    await Promise.all(published);
    await consumer.got('1', '2', '3');
    await up(queues);
  });

  it('goes to another node of the cluster when one does not answer', async () => {
    broker.proxy.cut();
    const queues = broker.connect({ urls: [broker.proxied, broker.url] });
    await up(queues);
  });

  it('rejects publishes in time when the broker stays away, then at once, and at once when too many wait', async () => {
    broker.proxy.cut();
    const queues = broker.connect({ outbox: { timeoutMs: 200, maxPending: 2 } });
    const waiting = ['1', '2'].map(body => failureOf(queues.publish('any', body)));
    const full = await failureOf(queues.publish('any', '3'));
    const late = await Promise.all(waiting);
    const away = await failureOf(queues.publish('any', '4'));
    const failures = [full, ...late, away];
    expect(new Set(failures.map(({ code }) => code))).to.deep.equal(new Set(['unavailable']));
    expect(failures.map(({ message }) => message).join()).to.match(/^too many.*in time.*in time.*is away$/);
  });

  it('rejects publishes in time when the network is silent, and goes on when it speaks again', async () => {
    const queues = broker.connect({ outbox: { timeoutMs: 200 } });
    const name = broker.fresh();
    await queues.declare([{ name, ordered: false }]);
    await up(queues);
    broker.proxy.stall();
    expect((await failureOf(queues.publish(name, '1'))).message).to.match(/in time/);
    broker.proxy.mend();
    await eventually('a publish', async () => {
      await queues.publish(name, '2');
      return true;
    });
  });

  it('rejects publishes at once while the broker blocks them, and publishes when it does not any more', async () => {
    const queues = broker.connect();
    const name = broker.fresh();
    await queues.declare([{ name, ordered: false }]);
    await up(queues);
    broker.proxy.say(BLOCKED);
    await down(queues, /blocked by the broker: low on memory/);
    expect((await failureOf(queues.publish(name, '1'))).message).to.match(/no messages at present/);
    broker.proxy.say(UNBLOCKED);
    await up(queues);
    await queues.publish(name, '2');
    const consumer = await collect(queues, name, { ordered: false, prefetch: 10 });
    await consumer.got('2');
  });

  it('closes though the network is silent for good, and leaves no connection behind', async () => {
    const sockets: Socket[] = [];
    const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
    diagnostics.subscribe('net.client.socket', note);
    const queues = broker.connect();
    await up(queues);
    diagnostics.unsubscribe('net.client.socket', note);
    const ours = sockets.filter(({ remotePort }) => remotePort === broker.proxy.port);
    broker.proxy.stall();
    await queues.close();
    expect(ours.map(({ destroyed }) => destroyed)).to.deep.equal([true]);
  });

  it('says where the replies go to a message that it had to publish twice', async () => {
    const [asking, consuming] = [broker.connect(), broker.connect({ urls: [broker.url] })];
    const name = broker.fresh();
    await consuming.declare([{ name, ordered: false }]);
    await asking.declare([{ name, ordered: false }]);
    const addresses: (string | undefined)[] = [];
    await consuming.consume(name, { ordered: false, prefetch: 10 }, delivery => {
      addresses.push(delivery.replyTo);
      delivery.ack();
    });
    await Promise.all([up(asking), up(consuming)]);
    broker.proxy.stall();
    const published = asking.publish(name, '1', { replyTo: { address: 'here', receive: () => {} } });
    broker.proxy.cut();
    broker.proxy.mend();
    await published;
    await eventually('the delivery', () => addresses.includes('here'));
  });

  it('ignores what is done to deliveries of a lost connection, and gets them again', async () => {
    const queues = broker.connect();
    const name = broker.fresh();
    await queues.declare([{ name, ordered: true }]);
    const consumer = await collect(queues, name, ORDERED);
    await Promise.all(['1', '2'].map(body => queues.publish(name, body)));
    await consumer.got('1', '2');
    broker.proxy.cut();
    broker.proxy.mend();
    await consumer.got('1', '2', '1', '2');
    await up(queues);
    consumer.deliveries[0]?.ack();
    await consumer.deliveries[1]?.dead('too late');
    await broker.raw.on(async channel => expect(await channel.get(`${name}.dlq`)).to.equal(false));
    broker.proxy.cut();
    broker.proxy.mend();
    await consumer.got('1', '2', '1', '2', '1', '2');
  });

  it('loses no fact and keeps the order when connections are cut in the middle, and when the exchange is deleted', async () => {
    const queues = broker.connect();
    const [name, exchange] = [broker.fresh(), broker.fresh()];
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
    broker.proxy.cut();
    await down(queues, /./);
    broker.proxy.mend();
    announce(301, 600);
    await up(queues);
    await Promise.all(announced.splice(0));
    await eventually('what is in the queue', () => new Set(got).size === 600);
    await broker.raw.on(channel => channel.deleteQueue(name));
    announce(601, 700);
    await Promise.all(announced.splice(0));
    await broker.raw.on(channel => channel.deleteExchange(exchange));
    announce(701, 800);
    await Promise.all(announced);
    await eventually('all of them', () => new Set(got).size === 800);
    expect([...new Set(got)]).to.deep.equal(numbers(1, 800));
  });

  it('says what is wrong with the credentials without telling them', async () => {
    const lines: string[] = [];
    const write = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const url = new URL(broker.url);
    url.username = 'nobody';
    url.password = 'open-sesame';
    const queues = broker.connect({ urls: [url.href], log });
    await down(queues, /ACCESS_REFUSED/);
    await eventually('a line in the log', () => lines.length > 0);
    expect(JSON.stringify([lines, queues.state()])).not.to.include('open-sesame');
  });

  it('stays down and says so when the URL makes no sense', async () => {
    const queues = broker.connect({ urls: ['not a url'] });
    await down(queues, /Invalid URL/);
  });
}
