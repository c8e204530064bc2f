/** Fan-outs: the contract on every driver, and what Redis's own does when its wire is cut, held or slow. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { Failure } from '#runtime/contract/failure.js';
import type { Emission } from '#runtime/contract/outcome.js';
import type { Step } from '#runtime/contract/ports.js';
import { emitAll } from '#runtime/core/emit.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import type { RedisConnection } from '#runtime/drivers/redis/connection.js';
import { redisFanout } from '#runtime/drivers/redis/fanout.js';
import { redisSender } from '#runtime/drivers/redis/sender.js';
import type { Receiver } from '#runtime/drivers/socketio/rooms.js';
import { until } from '../support/eventually.js';
import { type Heard, type TestGateway, testGateway } from '../support/gateway.js';
import { silent } from '../support/invoker.js';
import { redisAddr, serverAt } from '../support/redis.js';
import { type Wire, wireToRedis } from '../support/redis-wire.js';
import { fanoutContract, type Stage, seenBy } from './fanout.contract.js';

fanoutContract('memory', async () => {
  const fanout = memoryFanout();
  return { fanouts: [fanout, fanout], elsewhere: fanout, close: () => fanout.close() };
});

const CURRENT_MS = 400;
const addr = await redisAddr();

(addr ? describe : describe.skip)('redis fan-out (skipped when no Redis answers)', () => {
  const there = addr ?? '';

  const onRedis = (many?: number) => async (): Promise<Stage> => {
    const wire = await wireToRedis(there);
    const prefix = `test-${randomUUID()}`;
    const options = { connect: wire.connect, log: silent, prefix, currentMs: CURRENT_MS, ...(many && { many }) };
    const [one, two] = [redisFanout({ ...options, pingMs: 20 }), redisFanout({ ...options, pingMs: 20 })];
    const elsewhere = redisSender(options);
    await until(() => elsewhere.state() === 'up');
    return {
      fanouts: [one, two],
      elsewhere,
      close: async () => {
        await Promise.all([one, two, elsewhere].map(fanout => fanout.close()));
        await wire.close();
      },
    };
  };
  fanoutContract('redis with few gateways, which all hear everything', onRedis());
  fanoutContract('redis with many gateways, each of which hears of its own rooms', onRedis(1));

  describe('in trouble', () => {
    let prefix: string;
    let wire: Wire;
    let chatWire: Wire;
    let admin: Redis;
    let fanout: ReturnType<typeof redisFanout>;
    let elsewhere: ReturnType<typeof redisFanout>;
    let gateway: TestGateway;
    let ann: Heard;

    beforeEach(async () => {
      prefix = `test-${randomUUID()}`;
      [wire, chatWire] = await Promise.all([wireToRedis(there), wireToRedis(there)]);
      admin = new Redis(serverAt(there));
      const options = { log: silent, prefix, currentMs: CURRENT_MS, pingMs: 20 };
      fanout = redisFanout({ ...options, connect: wire.connect });
      elsewhere = redisFanout({ ...options, connect: chatWire.connect });
      gateway = await testGateway(seenBy(fanout));
      gateway.invoker.on('connect', () => ({ rooms: ['user:ann', 'chat:1'] }));
      fanout.attach(gateway.server);
      await until(() => fanout.current() && elsewhere.state() === 'up');
      ann = await gateway.client('ann');
    });
    afterEach(async () => {
      for (const each of [wire, chatWire]) each.mend();
      await gateway.close();
      await Promise.all([fanout.close(), elsewhere.close()]);
      for (const each of [wire, chatWire]) await each.close();
      await admin.del(`${prefix}-gateways`);
      admin.disconnect();
    });

    const certain = (): boolean => gateway.invoker.calls.at(-1)?.caller?.connection?.inRoom('chat:1') ?? false;
    const rooms = () => gateway.server.io.of('/').adapter.rooms;
    const leave = [{ leave: 'chat:1', of: 'user:ann' }] as const;
    async function rejection(work: Promise<unknown>): Promise<unknown> {
      return work.then(
        () => undefined,
        thrown => thrown,
      );
    }

    it('is certain of rooms while its pings come back', async () => {
      await until(() => certain() && fanout.state() === 'up');
    });

    it('is not certain any more when they stop, by the time at which a promise counts as kept', async () => {
      wire.stall();
      const began = Date.now();
      await elsewhere.emit(leave);
      expect(Date.now() - began).to.be.within(CURRENT_MS - 20, CURRENT_MS + 300);
      expect(fanout.current()).to.equal(false);
      expect(certain()).to.equal(false);
      expect(fanout.state(), 'however it calls it').to.have.property('down');
      gateway.invoker.on('connect', () => ({ rooms: ['user:ann'] }));
      wire.mend();
      await until(() => fanout.current() && !rooms().has('chat:1') && rooms().has('user:ann'));
    });

    it('waits no longer for a gateway that never answers than until that gateway doubts itself', async () => {
      await admin.zadd(`${prefix}-gateways`, Date.now() + 60_000, 'frozen');
      const began = Date.now();
      await elsewhere.emit(leave);
      expect(Date.now() - began).to.be.within(CURRENT_MS - 20, CURRENT_MS + 300);
      expect(rooms().has('chat:1')).to.equal(false);
    });

    it('does not wait for gateways that are no more', async () => {
      await admin.zadd(`${prefix}-gateways`, Date.now() - 1000, 'dead');
      await fanout.close();
      const began = Date.now();
      await elsewhere.emit(leave);
      expect(Date.now() - began).to.be.lessThan(CURRENT_MS / 2);
    });

    it('empties its rooms when the subscription breaks, and asks for them when it is back', async () => {
      const asked = () => gateway.invoker.calls.filter(({ binding }) => binding.fn.name === 'connect').length;
      gateway.invoker.on('connect', () => ({ rooms: ['user:ann', 'chat:2'] }));
      wire.cut();
      await until(() => !rooms().has('chat:1'));
      expect(certain()).to.equal(false);
      expect(asked()).to.equal(1);
      await elsewhere.emit([{ send: 'missed', data: {}, to: ['chat:1'] }]);
      wire.mend();
      await until(() => asked() === 2 && rooms().has('chat:2'));
      await elsewhere.emit([{ send: 'news', data: {}, to: ['chat:1', 'chat:2'] }]);
      await until(() => ann.events.length === 1);
      expect(ann.events).to.deep.equal([['news', {}]]);
      await until(() => gateway.invoker.calls.at(-1)?.caller?.connection?.inRoom('chat:2'));
    });

    it('asks for its rooms again when Redis ended no more than its subscription', async () => {
      gateway.invoker.on('connect', () => ({ rooms: ['chat:3'] }));
      expect(await wire.killSubscribers(admin)).to.equal(1);
      await until(() => rooms().has('chat:3') && !rooms().has('chat:1'));
      await elsewhere.emit([{ leave: 'chat:3', of: 'chat:3' }]);
      expect(rooms().has('chat:3')).to.equal(false);
    });

    it('drops sends and rejects promises while Redis is away, and comes back', async () => {
      chatWire.cut();
      await until(() => elsewhere.state() !== 'up');
      await elsewhere.emit([{ send: 'news', data: {}, to: ['chat:1'] }]);
      await until(() => elsewhere.dropped() === 1);
      const failure = await rejection(elsewhere.emit(leave));
      expect(failure).to.be.instanceOf(Failure);
      expect((failure as Failure).code).to.equal('unavailable');
      // What was rejected is made up for by asking again, before or after the next one is carried out.
      gateway.invoker.on('connect', () => ({ rooms: ['user:ann'] }));
      chatWire.mend();
      await until(() => elsewhere.state() === 'up');
      await elsewhere.emit(leave);
      expect(rooms().has('chat:1')).to.equal(false);
    });

    it('drops sends when too much waits for a Redis that is silent', async () => {
      const news = [{ send: 'news', data: { text: '.'.repeat(1024 * 1024) }, to: ['nobody'] }];
      chatWire.stall();
      for (let times = 1; times <= 20; times++) await elsewhere.emit(news);
      await new Promise(setImmediate);
      expect(elsewhere.dropped()).to.equal(4);
    });

    describe('owes a join that Redis does not take', () => {
      const join = [{ join: 'chat:2', of: 'user:ann' }] as const;
      const asked = () => gateway.invoker.calls.filter(({ binding }) => binding.fn.name === 'connect').length;

      it('while it is away, and has the connections ask for their rooms when it is back', async () => {
        chatWire.cut();
        await until(() => elsewhere.state() !== 'up');
        await elsewhere.emit(join);
        gateway.invoker.on('connect', () => ({ rooms: ['user:ann', 'chat:1', 'chat:2'] }));
        chatWire.mend();
        await until(() => rooms().has('chat:2'));
        expect(asked()).to.equal(2);
      });

      it('and lets nobody in who has been taken out since', async () => {
        chatWire.cut();
        await until(() => elsewhere.state() !== 'up');
        await elsewhere.emit(join);
        await fanout.emit([{ leave: 'chat:2', of: 'user:ann' }]);
        chatWire.mend();
        await until(() => asked() === 2 && certain());
        expect(rooms().has('chat:2')).to.equal(false);
      });

      for (const [what, others, outcome] of [
        ['alone', [], 'fulfilled'],
        ['beside a leave, which is rejected', [{ leave: 'chat:3', of: 'user:ann' }], 'rejected'],
      ] as const) {
        it(`${what}, in time, though the network keeps it for later`, () => keepsInTime(others, outcome));
      }

      async function keepsInTime(others: readonly Step[], outcome: 'fulfilled' | 'rejected'): Promise<void> {
        const held: (() => Promise<unknown>)[] = [];
        const slow = (role: 'publisher' | 'subscriber'): RedisConnection => {
          const made = chatWire.connect(role);
          const send = made.client.eval.bind(made.client);
          const hold = (...args: Parameters<typeof send>) => new Promise(() => held.push(() => send(...args)));
          return Object.assign(made, { client: Object.assign(made.client, { eval: hold }) });
        };
        const third = redisFanout({ log: silent, prefix, connect: slow });
        await until(() => third.state() === 'up');
        const [emitted] = await Promise.allSettled([third.emit([...join, ...others])]);
        expect(emitted?.status).to.equal(outcome);
        await until(() => asked() === 2 && certain());
        expect(await held[0]?.()).to.equal(0);
        await elsewhere.emit([{ leave: 'chat:3', of: 'user:ann' }]);
        expect(rooms().has('chat:2')).to.equal(false);
        await third.close();
      }

      it('up to some thousands, and rejects more', async () => {
        chatWire.cut();
        await until(() => elsewhere.state() !== 'up');
        const many = Array.from({ length: 10_001 }, (_, n) => ({ join: 'chat:2', of: `user:${n}` }));
        expect(await rejection(elsewhere.emit(many))).to.include({ code: 'unavailable' });
        expect(await rejection(elsewhere.emit(join))).to.equal(undefined);
      });
    });

    /** As it was written before functions said memberships, which is as it is written now. */
    const written = (emissions: readonly object[], promise?: object): string =>
      JSON.stringify({
        ...{ uid: 'fanout', type: 6 },
        data: ['fanout:emissions', { emissions, ...(promise && { promise }) }],
      });
    const coming = [
      { join: 'chat:2', of: 'user:ann' },
      { send: 'hello', data: {}, to: ['user:ann'], within: 'chat:2' },
    ];
    const going = [
      { send: 'bye', data: {}, to: ['chat:2'] },
      { leave: 'chat:2', of: 'user:ann' },
      { refresh: 'user:ann' },
    ];

    it('carries out what a process of the version before memberships says, and answers its promises', async () => {
      const channel = `${prefix}-request#/#`;
      const answers = admin.duplicate();
      const answered: unknown[] = [];
      await answers.subscribe(`${prefix}-answers#before`);
      answers.on('message', (_channel, text) => answered.push(JSON.parse(text)));
      await admin.publish(channel, written(coming));
      await until(() => rooms().has('chat:2'));
      await admin.publish(channel, written(going, { id: '1', answerTo: `${prefix}-answers#before` }));
      await until(() => answered.length === 1);
      expect(answered[0]).to.have.property('id', '1');
      expect(rooms().has('chat:2')).to.equal(false);
      await until(() => ann.events.length === 2);
      expect(ann.events.map(([event]) => event)).to.deep.equal(['hello', 'bye']);
      answers.disconnect();
    });

    it('says of memberships what a gateway of the version before understands', async () => {
      const others = admin.duplicate();
      const heard: string[] = [];
      await others.subscribe(`${prefix}-request#/#`);
      others.on('message', (_channel, text) => heard.push(text));
      const means = { fanout: elsewhere };
      const [join, hello] = coming;
      const [bye] = going;
      const ofAnn = { room: 'chat:2', of: 'user:ann' };
      await emitAll(means, { memberships: [{ ...ofAnn, is: 'in' }], emit: [hello as Emission] }, () => undefined);
      await emitAll(means, { memberships: [{ ...ofAnn, is: 'out' }], emit: [bye as Emission] }, () => undefined);
      await until(() => heard.length === 2);
      const promises = heard.map(text => JSON.parse(text).data[1].promise);
      for (const promise of promises) expect(promise).to.have.keys('id', 'answerTo');
      expect(heard).to.deep.equal([written([join, hello] as object[], promises[0]), written(going, promises[1])]);
      others.disconnect();
    });

    it('rejects a promise that Redis does not take in time', async () => {
      chatWire.stall();
      const failure = await rejection(elsewhere.emit(leave));
      expect((failure as Failure).code).to.equal('unavailable');
    });

    for (const [what, promise] of [
      ['a leave', { leave: 'chat:1', of: 'user:ann' }],
      ['a close', { close: 'user:ann' }],
    ] as const) {
      it(`makes up for ${what} that it rejected: the connections ask when Redis is back, and find that it is so`, async () => {
        chatWire.cut();
        await until(() => elsewhere.state() !== 'up');
        expect(await rejection(elsewhere.emit([promise]))).to.include({ code: 'unavailable' });
        gateway.invoker.on('connect', () => {
          if ('close' in promise) throw new Failure('unauthorized', 'this session has ended');
          return { rooms: ['user:ann'] };
        });
        chatWire.mend();
        await until(() => !rooms().has('chat:1') && ann.client.connected === !('close' in promise));
      });
    }

    it('connects what hears only when a promise needs it, where nobody else hears', async () => {
      const roles: string[] = [];
      const connect: Wire['connect'] = role => {
        roles.push(role);
        return chatWire.connect(role);
      };
      const sender = redisSender({ log: silent, prefix, currentMs: CURRENT_MS, connect });
      await until(() => sender.state() === 'up');
      await sender.emit([{ send: 'news', data: {}, to: ['chat:1'] }]);
      await until(() => ann.events.length === 1);
      expect(roles).to.deep.equal(['publisher']);
      await sender.emit(leave);
      expect(rooms().has('chat:1')).to.equal(false);
      expect(roles).to.deep.equal(['publisher', 'subscriber']);
      await sender.close();
    });

    it('comes up when Redis was away at the start', async () => {
      const late = await wireToRedis(there);
      late.cut();
      const options = { log: silent, prefix, currentMs: CURRENT_MS, pingMs: 20, connect: late.connect };
      const third = redisFanout(options);
      const applied: unknown[] = [];
      const other = await testGateway(seenBy(third));
      third.attach({ receiver: recording(applied) });
      expect(third.current()).to.equal(false);
      expect(third.state()).to.have.property('down').that.contains('redis at 127.0.0.1');
      late.mend();
      await until(() => third.state() === 'up');
      await elsewhere.emit(leave);
      expect(applied).to.deep.equal(['interrupted', 'resumed', leave]);
      await other.close();
      await third.close();
      await late.close();
    });
  });
});

const recording = (log: unknown[]): Receiver => ({
  apply: emissions => void log.push(emissions),
  entering: () => [],
  interrupted: () => void log.push('interrupted'),
  resumed: () => void log.push('resumed'),
});
