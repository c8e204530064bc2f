/** What every driver of `Queues` promises, told as stories about processes that share a broker. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { type ConsumeOptions, type Delivery, type Queues, WayClosed } from '#runtime/contract/ports.js';
import { eventually } from '../support/eventually.js';

export interface TestedBroker {
  /** The driver of another process. */
  connect(): Promise<Queues>;
  /** A queue name that nobody uses. */
  fresh(): string;
  deadLetters(queue: string): Promise<readonly { readonly body: string; readonly reason: string }[]>;
}

const ORDERED: ConsumeOptions = { ordered: true, prefetch: 100 };
const UNORDERED: ConsumeOptions = { ordered: false, prefetch: 100 };

/** A consumer that keeps what it gets, and settles it only when told to. */
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

const turn = () => new Promise(resolve => setImmediate(resolve));

export function queuesContract(open: () => Promise<TestedBroker>): void {
  let broker: TestedBroker;
  let processes: Queues[];

  const connect = async (): Promise<Queues> => {
    const queues = await broker.connect();
    processes.push(queues);
    return queues;
  };

  async function queue(queues: Queues, ordered: boolean): Promise<string> {
    const name = broker.fresh();
    await queues.declare([{ name, ordered }]);
    return name;
  }

  before(async () => {
    broker = await open();
  });
  beforeEach(() => {
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map(queues => queues.close()));
  });

  it('delivers in the order of publication, however many are published in one turn', async () => {
    const queues = await connect();
    const name = await queue(queues, true);
    const got: string[] = [];
    await queues.consume(name, ORDERED, delivery => {
      got.push(delivery.body);
      delivery.ack();
    });
    await Promise.all(numbers(1, 2_000).map(body => queues.publish(name, body)));
    await eventually('all of them', () => got.length >= 2_000);
    expect(got).to.deep.equal(numbers(1, 2_000));
  });

  it('keeps a body of many kilobytes and many scripts', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, UNORDERED);
    const body = JSON.stringify('żółć 漢字 🙂 \u0000'.repeat(30_000));
    const published = queues.publish(name, body);
    await eventually('the delivery', () => consumer.deliveries[0]);
    consumer.deliveries[0]?.ack();
    await published;
    expect(consumer.bodies()[0] === body).to.equal(true);
  });

  it('confirms a publish whose message a consumer acknowledges', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, UNORDERED);
    const published = queues.publish(name, '1');
    await consumer.got('1');
    consumer.deliveries[0]?.ack();
    await published;
  });

  it('rejects a publish to a queue that is not there', async () => {
    const queues = await connect();
    const failure = await failureOf(queues.publish(broker.fresh(), '1'));
    expect(failure.code).to.equal('unavailable');
  });

  it('tells how many messages wait, and how many would take them, and says nothing of what is not there', async () => {
    const [queues, other] = await Promise.all([connect(), connect()]);
    const [idle, taken, shared] = [await queue(queues, false), await queue(queues, true), await queue(queues, false)];
    const missing = broker.fresh();
    for (const each of [queues, other]) {
      await collect(each, taken, ORDERED);
      await collect(each, shared, UNORDERED);
    }
    const ask = () => queues.depths([{ name: idle, mark: 1 }, { name: missing }, { name: taken }, { name: shared }]);
    const waiting = numbers(1, 3).map(body => queues.publish(idle, body));
    await eventually('all are counted', async () => {
      expect(await ask()).to.have.deep.members([
        { name: idle, mark: 1, ready: 3, consumers: 0 },
        { name: taken, ready: 0, consumers: 1 },
        { name: shared, ready: 0, consumers: 2 },
      ]);
      return true;
    });
    const consumer = await collect(queues, idle, UNORDERED);
    await consumer.got('1', '2', '3');
    for (const delivery of consumer.deliveries) delivery.ack();
    await Promise.all(waiting);
  });

  it('declares as often as one likes, from many processes at once', async () => {
    const all = await Promise.all([connect(), connect(), connect()]);
    const name = broker.fresh();
    await Promise.all(all.flatMap(queues => [queues, queues]).map(queues => queues.declare([{ name, ordered: true }])));
    for (const queues of all) {
      await eventually('a process that is up', () => {
        expect(queues.state()).to.equal('up');
        return true;
      });
    }
    const [first] = all;
    const consumer = await collect(first!, name, ORDERED);
    const published = first!.publish(name, '1');
    await consumer.got('1');
    consumer.deliveries[0]?.ack();
    await published;
  });

  it('hands over no more than the prefetch, and more when some are done', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, { ordered: false, prefetch: 3 });
    for (const body of numbers(1, 10)) queues.publish(name, body).catch(() => undefined);
    await consumer.got('1', '2', '3');
    consumer.deliveries[1]?.ack();
    await consumer.got('1', '2', '3', '4');
    consumer.deliveries[0]?.ack();
    await consumer.deliveries[2]?.dead('not wanted');
    await consumer.got('1', '2', '3', '4', '5', '6');
  });

  it('delivers again what a consumer leaves behind, in order and before what is younger', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, true);
    const leaving = await collect(first, name, { ordered: true, prefetch: 3 });
    for (const body of numbers(1, 5)) second.publish(name, body).catch(() => undefined);
    await leaving.got('1', '2', '3');
    await first.close();
    const next = await collect(second, name, ORDERED);
    await next.got('1', '2', '3', '4', '5');
  });

  it('says of a delivery that it comes again', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, true);
    const leaving = await collect(first, name, ORDERED);
    second.publish(name, '1').catch(() => undefined);
    await leaving.got('1');
    expect(leaving.deliveries[0]?.stale).to.equal(false);
    await first.close();
    expect(leaving.deliveries[0]?.stale).to.equal(true);
    const next = await collect(second, name, ORDERED);
    await next.got('1');
    expect(next.deliveries[0]?.stale).to.equal(false);
  });

  it('has one consumer of an ordered queue at a time, and another when it goes', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, true);
    const consumers = await Promise.all([first, second].map(queues => collect(queues, name, ORDERED)));
    const publisher = await connect();
    for (const body of numbers(1, 20)) publisher.publish(name, body).catch(() => undefined);
    const active = await eventually('somebody with all of them', () =>
      consumers.find(({ deliveries }) => deliveries.length === 20),
    );
    const standby = consumers.find(consumer => consumer !== active)!;
    expect(active.bodies()).to.deep.equal(numbers(1, 20));
    expect(standby.bodies()).to.deep.equal([]);
    for (const delivery of active.deliveries.slice(0, 10)) delivery.ack();
    await turn();
    await (active === consumers[0] ? first : second).close();
    await standby.got(...numbers(11, 20));
  });

  it('shares an unordered queue among its consumers', async () => {
    const [first, second] = [await connect(), await connect()];
    const name = await queue(first, false);
    const consumers = await Promise.all(
      [first, second].map(queues => collect(queues, name, { ordered: false, prefetch: 5 })),
    );
    for (const body of numbers(1, 10)) first.publish(name, body).catch(() => undefined);
    await eventually('both with their share', () => consumers.every(({ deliveries }) => deliveries.length === 5));
    const all = consumers.flatMap(consumer => consumer.bodies()).sort((a, b) => Number(a) - Number(b));
    expect(all).to.deep.equal(numbers(1, 10));
  });

  it('consumes several queues together, each in its order, though one of them is not done', async () => {
    const queues = await connect();
    const [slow, quick] = [await queue(queues, true), await queue(queues, true)];
    const heard: [queue: string, delivery: Delivery][] = [];
    const consumer = await queues.consume([slow, quick], { ordered: true, prefetch: 2 }, (delivery, from) => {
      heard.push([from, delivery]);
      if (from === quick) delivery.ack();
    });
    const of = (name: string) => heard.flatMap(([from, { body }]) => (from === name ? [body] : []));
    for (const body of numbers(1, 20)) {
      for (const name of [slow, quick]) queues.publish(name, body).catch(() => undefined);
    }
    await eventually('all of the quick one', () => of(quick).length === 20);
    expect(of(quick)).to.deep.equal(numbers(1, 20));
    expect(of(slow)).to.deep.equal(['1', '2']);

    const next = await collect(await connect(), slow, ORDERED);
    await consumer.cancel();
    for (const [from, delivery] of heard) if (from === slow) delivery.ack();
    await next.got(...numbers(3, 20));
    expect(of(slow)).to.deep.equal(['1', '2']);
  });

  for (const ordered of [true, false]) {
    it(`takes acknowledgements after a cancel, and delivers the rest elsewhere (${ordered ? 'ordered' : 'unordered'})`, async () => {
      const [first, second] = [await connect(), await connect()];
      const name = await queue(first, ordered);
      const leaving = await collect(first, name, { ordered, prefetch: 3 });
      const published = numbers(1, 5).map(body => second.publish(name, body));
      for (const publish of published) publish.catch(() => undefined);
      await leaving.got('1', '2', '3');
      await leaving.cancel();
      leaving.deliveries[0]?.ack();
      await leaving.deliveries[1]?.dead('never');
      await Promise.all(published.slice(0, 2));
      await turn();
      await first.close();
      const next = await collect(second, name, { ordered, prefetch: 100 });
      await next.got('3', '4', '5');
      expect(leaving.bodies()).to.deep.equal(['1', '2', '3']);
    });
  }

  it('puts a dead message whole, or the part that is given, with its reason into the dead-letter queue', async () => {
    const queues = await connect();
    const name = await queue(queues, true);
    const consumer = await collect(queues, name, ORDERED);
    const published = ['{"whole":true}', '[1,2,3]', 'good'].map(body => queues.publish(name, body));
    await consumer.got('{"whole":true}', '[1,2,3]', 'good');
    const [whole, part, good] = consumer.deliveries;
    await whole?.dead('unknown type');
    await part?.dead('the second is wrong', '[2]');
    good?.ack();
    await Promise.all(published);
    await eventually('the dead letters', async () => {
      expect(await broker.deadLetters(name)).to.deep.equal([
        { body: '{"whole":true}', reason: 'unknown type' },
        { body: '[2]', reason: 'the second is wrong' },
      ]);
      return true;
    });
    await queues.close();
    const later = await connect();
    await later.declare([{ name, ordered: true }]);
    const again = await collect(later, name, ORDERED);
    const last = later.publish(name, 'last');
    await again.got('last');
    again.deliveries[0]?.ack();
    await last;
  });

  it('takes a reason of any length', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, UNORDERED);
    const published = queues.publish(name, '1');
    await consumer.got('1');
    await consumer.deliveries[0]?.dead('🙂'.repeat(100_000));
    await published;
    const [letter] = await eventually('the dead letter', async () => {
      const letters = await broker.deadLetters(name);
      return letters.length === 1 && letters;
    });
    expect(letter?.reason.startsWith('🙂🙂')).to.equal(true);
  });

  it('tells the consumer where its replies go, of those messages whose publisher waits for some', async () => {
    const [asking, consuming] = [await connect(), await connect()];
    const name = await queue(asking, true);
    const addresses: unknown[] = [];
    await consuming.consume(name, ORDERED, delivery => {
      addresses.push([delivery.body, delivery.replyTo]);
      delivery.ack();
    });
    const replyTo = { address: 'the asking process', receive: () => expect.fail('a consumer in between replies') };
    await Promise.all([
      asking.publish(name, '1', { replyTo }),
      asking.publish(name, '2'),
      asking.publish(name, '3', { replyTo }),
    ]);
    await eventually('all three', () => addresses.length === 3);
    expect(addresses).to.deep.equal([
      ['1', 'the asking process'],
      ['2', undefined],
      ['3', 'the asking process'],
    ]);
  });

  it('closes twice, and is down and publishes nothing afterwards', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    await Promise.all([queues.close(), queues.close()]);
    await queues.close();
    expect(queues.state()).to.deep.equal({ down: 'closed' });
    expect((await failureOf(queues.publish(name, '1'))).code).to.equal('unavailable');
  });

  describe('facts', () => {
    const topic = (exchange: string, slot: number, type = 'stored.v1') => ({ exchange, type, slot });
    const all = (queue: string, type = 'stored.v1') => ({ queue, type, part: 0, of: 1 });

    /** Keeps what comes, and is done with it at once. */
    async function listen(queues: Queues, name: string, options: ConsumeOptions): Promise<string[]> {
      const got: string[] = [];
      await queues.consume(name, options, delivery => {
        got.push(delivery.body);
        delivery.ack();
      });
      return got;
    }

    it('come to every subscriber, to each of their partitions what is its share, in the order of a slot', async () => {
      const [queues, others] = [await connect(), await connect()];
      const [whole, even, odd] = [await queue(others, false), await queue(queues, true), await queue(queues, true)];
      const exchange = broker.fresh();
      const shares = [even, odd].map((name, part) => ({ queue: name, type: 'stored.v1', part, of: 2 }));
      await queues.bind({ exchange, bindings: [all(whole), ...shares] });
      const got = {
        whole: await listen(others, whole, UNORDERED),
        even: await listen(others, even, ORDERED),
        odd: await listen(others, odd, ORDERED),
      };
      const bodies = numbers(0, 639);
      await Promise.all(bodies.map(body => queues.announce(topic(exchange, Number(body) % 64), body)));
      await eventually('all of them', () => got.whole.length === 640 && got.even.length + got.odd.length === 640);
      expect([...got.whole].sort()).to.deep.equal([...bodies].sort());
      expect(got.even).to.deep.equal(bodies.filter(body => Number(body) % 2 === 0));
      expect(got.odd).to.deep.equal(bodies.filter(body => Number(body) % 2 === 1));
    });

    it('wait for a subscriber that has never run, which holds up neither the publisher nor the others', async () => {
      const queues = await connect();
      const [absent, present] = [await queue(queues, true), await queue(queues, true)];
      const exchange = broker.fresh();
      await queues.bind({ exchange, bindings: [all(absent), all(present)] });
      const got = await listen(queues, present, ORDERED);
      for (const body of numbers(1, 5)) await queues.announce(topic(exchange, 7), body);
      await eventually('what the others get', () => got.length === 5);
      const late = await listen(await connect(), absent, ORDERED);
      await eventually('what the absent one gets', () => late.length === 5);
      expect([got, late]).to.deep.equal([numbers(1, 5), numbers(1, 5)]);
    });

    it('that one subscriber cannot use lie in its dead-letter queue, and nowhere else', async () => {
      const queues = await connect();
      const [choosy, other] = [await queue(queues, true), await queue(queues, true)];
      const exchange = broker.fresh();
      await queues.bind({ exchange, bindings: [all(choosy), all(other)] });
      const consumer = await collect(queues, choosy, ORDERED);
      const got = await listen(queues, other, ORDERED);
      await queues.announce(topic(exchange, 1), 'garbage');
      await consumer.got('garbage');
      await consumer.deliveries[0]?.dead('not JSON');
      await eventually('the other has it', () => got.length === 1);
      expect(await broker.deadLetters(choosy)).to.deep.equal([{ body: 'garbage', reason: 'not JSON' }]);
      expect(await broker.deadLetters(other)).to.deep.equal([]);
    });

    it('of other types, of other exchanges, and that nobody subscribes to, come to nobody', async () => {
      const queues = await connect();
      const name = await queue(queues, true);
      const [exchange, elsewhere] = [broker.fresh(), broker.fresh()];
      await queues.bind({ exchange, bindings: [all(name), all(name, 'added.v1')] });
      await queues.bind({ exchange: elsewhere, bindings: [all(await queue(queues, true))] });
      const got = await listen(queues, name, ORDERED);
      await queues.announce(topic(exchange, 1, 'removed.v1'), 'another type');
      await queues.announce(topic(elsewhere, 1), 'another exchange');
      await queues.announce(topic(broker.fresh(), 1), 'no exchange at all');
      await queues.announce(topic(exchange, 1, 'added.v1'), 'this');
      await eventually('the last', () => got.length > 0);
      expect(got).to.deep.equal(['this']);
    });
  });
  describe('ways', () => {
    const hear = async (queues: Queues, name: string): Promise<string[]> => {
      const got: string[] = [];
      await queues.consume(name, ORDERED, delivery => {
        got.push(delivery.body);
        delivery.ack();
      });
      return got;
    };

    it('lead to their queues, in order with what goes there directly, until somebody closes them', async () => {
      const [publishing, other] = [await connect(), await connect()];
      const [first, second] = [await queue(publishing, true), await queue(other, true)];
      const got = await hear(other, first);
      const elsewhere = await hear(other, second);
      const way = { name: broker.fresh(), queues: [first, second] };
      await other.openWay(way);
      await Promise.all(
        numbers(1, 20).map(body => publishing.publish(first, body, Number(body) % 2 === 0 ? { way: way.name } : {})),
      );
      await publishing.publish(second, 'there', { way: way.name });
      await other.closeWay(way);
      await other.closeWay(way);
      const late = await failureOf(publishing.publish(first, 'late', { way: way.name }));
      expect(late).to.be.instanceOf(WayClosed);
      await publishing.publish(first, 'last');
      await eventually('the last', () => got.includes('last'));
      expect(got).to.deep.equal([...numbers(1, 20), 'last']);
      expect(elsewhere).to.deep.equal(['there']);
      expect(publishing.state()).to.equal('up');
    });

    it('that were never open turn everybody back', async () => {
      const queues = await connect();
      const name = await queue(queues, true);
      await queues.openWay({ name: broker.fresh(), queues: [name] });
      expect(await failureOf(queues.publish(name, '1', { way: broker.fresh() }))).to.be.instanceOf(WayClosed);
    });

    it('close for one of many that publish at the same time after what was confirmed to them', async () => {
      const [queues, other] = [await connect(), await connect()];
      const name = await queue(queues, true);
      const got = await hear(other, name);
      const way = { name: broker.fresh(), queues: [name] };
      await queues.openWay(way);
      const sent = numbers(1, 400).map(body => queues.publish(name, body, { way: way.name }));
      const closed = other.closeWay(way);
      const confirmed = (await Promise.allSettled(sent)).flatMap(({ status }, at) =>
        status === 'fulfilled' ? [String(at + 1)] : [],
      );
      await closed;
      await eventually('what was confirmed', () => got.length >= confirmed.length);
      expect(got.slice(0, confirmed.length)).to.deep.equal(confirmed);
    });
  });

  describe('logs', () => {
    it('say the same to everybody in the same order, from the first entry on, whoever comes when', async () => {
      const [one, two] = [await connect(), await connect()];
      const name = broker.fresh();
      const heard: string[][] = [[], [], []];
      one.follow(name, entry => heard[0]?.push(entry));
      two.follow(name, entry => heard[1]?.push(entry));
      for (const each of [one, two]) await eventually('up', () => each.state() === 'up');
      await Promise.all(numbers(1, 30).map(entry => (Number(entry) % 3 === 0 ? one : two).append(name, entry)));
      const late = await connect();
      late.follow(name, entry => heard[2]?.push(entry));
      await eventually('everything', () => heard.every(each => each.length === 30));
      expect(heard[0]?.toSorted((a, b) => Number(a) - Number(b))).to.deep.equal(numbers(1, 30));
      expect([heard[1], heard[2]]).to.deep.equal([heard[0], heard[0]]);
    });
  });
}
