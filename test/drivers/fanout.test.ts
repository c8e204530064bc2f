/** Fan-outs: the contract on every driver, and what Redis's own does when its wire is cut, held or slow. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { Failure } from '../../runtime/contract/failure.js';
import type { FanoutReceiver } from '../../runtime/contract/ports.js';
import { memoryFanout } from '../../runtime/drivers/memory/fanout.js';
import { parseRedisAddr } from '../../runtime/drivers/redis/addr.js';
import { redisFanout } from '../../runtime/drivers/redis/fanout.js';
import { until } from '../support/eventually.js';
import { type Heard, type TestGateway, testGateway } from '../support/gateway.js';
import { silent } from '../support/invoker.js';
import { redisAddr } from '../support/redis.js';
import { type Wire, wireToRedis } from '../support/redis-wire.js';
import { fanoutContract } from './fanout.contract.js';

fanoutContract('memory', async () => {
  const fanout = memoryFanout();
  return { fanouts: [fanout, fanout], elsewhere: fanout, close: () => fanout.close() };
});

const CURRENT_MS = 400;
const addr = await redisAddr();

(addr ? describe : describe.skip)('redis fan-out (skipped when no Redis answers)', () => {
  const there = addr ?? '';

  fanoutContract('redis', async () => {
    const wire = await wireToRedis(there);
    const prefix = `test-${randomUUID()}`;
    const make = () => redisFanout({ connect: wire.connect, log: silent, prefix, currentMs: CURRENT_MS, pingMs: 20 });
    const [one, two, elsewhere] = [make(), make(), make()];
    await until(() => elsewhere.state() === 'up');
    return {
      fanouts: [one, two],
      elsewhere,
      close: async () => {
        await Promise.all([one, two, elsewhere].map(fanout => fanout.close()));
        await wire.close();
      },
    };
  });

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
      admin = new Redis(parseRedisAddr(there));
      const options = { log: silent, prefix, currentMs: CURRENT_MS, pingMs: 20 };
      fanout = redisFanout({ ...options, connect: wire.connect });
      elsewhere = redisFanout({ ...options, connect: chatWire.connect });
      gateway = await testGateway({ current: fanout.current });
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
      expect(certain()).to.equal(true);
      expect(fanout.state()).to.equal('up');
    });

    it('is not certain any more when they stop, by the time at which a promise counts as kept', async () => {
      wire.stall();
      const began = Date.now();
      await elsewhere.emit(leave);
      expect(Date.now() - began).to.be.within(CURRENT_MS - 20, CURRENT_MS + 300);
      expect(fanout.current()).to.equal(false);
      expect(certain()).to.equal(false);
      expect(fanout.state()).to.deep.equal({ down: 'not current with Redis' });
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
      chatWire.mend();
      await until(() => elsewhere.state() === 'up');
      await elsewhere.emit(leave);
      expect(rooms().has('chat:1')).to.equal(false);
    });

    it('rejects a join while Redis is away, so that nobody takes it for done', async () => {
      const join = [{ join: 'chat:2', of: 'user:ann' }] as const;
      chatWire.cut();
      await until(() => elsewhere.state() !== 'up');
      expect(await rejection(elsewhere.emit(join))).to.include({ code: 'unavailable' });
      expect(elsewhere.dropped()).to.equal(0);
      chatWire.mend();
      await until(() => elsewhere.state() === 'up');
      await elsewhere.emit(join);
      await until(() => rooms().has('chat:2'));
    });

    it('rejects a promise that Redis does not take in time', async () => {
      chatWire.stall();
      const failure = await rejection(elsewhere.emit(leave));
      expect((failure as Failure).code).to.equal('unavailable');
    });

    it('comes up when Redis was away at the start', async () => {
      const late = await wireToRedis(there);
      late.cut();
      const options = { log: silent, prefix, currentMs: CURRENT_MS, pingMs: 20, connect: late.connect };
      const third = redisFanout(options);
      const applied: unknown[] = [];
      const other = await testGateway({ current: third.current });
      third.attach({ io: other.server.io, receiver: recording(applied) });
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

const recording = (log: unknown[]): FanoutReceiver & { interrupted(): void; resumed(): void } => ({
  apply: emissions => void log.push(emissions),
  interrupted: () => void log.push('interrupted'),
  resumed: () => void log.push('resumed'),
});
