/** Of which rooms a gateway hears over Redis, while people come and go, subscriptions are lost, and versions run side by side. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { HEARS_SHARDS } from '#runtime/drivers/redis/audience.js';
import { redisFanout } from '#runtime/drivers/redis/fanout.js';
import { redisSender } from '#runtime/drivers/redis/sender.js';
import { shardOf } from '#runtime/drivers/redis/shards.js';
import { eventually, until } from '../support/eventually.js';
import { type Heard, type TestGateway, testGateway } from '../support/gateway.js';
import { redisAddr, serverAt } from '../support/redis.js';
import { type Wire, wireToRedis } from '../support/redis-wire.js';
import { silent } from '../support/silent.js';
import { seenBy } from './fanout.contract.js';

const addr = await redisAddr();
/** Longer than anything takes here. */
const CURRENT_MS = 5_000;

(addr ? describe : describe.skip)('what a gateway hears of over Redis (skipped when no Redis answers)', () => {
  const there = addr ?? '';
  let prefix: string;
  let wire: Wire;
  let admin: Redis;
  let fanout: ReturnType<typeof redisFanout>;
  let elsewhere: ReturnType<typeof redisSender>;
  let gateway: TestGateway;
  let rooms: Record<string, string[]>;
  /** What came for clients, as often as it came, whoever is here. */
  let came: string[];
  let ann: Heard;

  beforeEach(async () => {
    prefix = `test-${randomUUID()}`;
    wire = await wireToRedis(there);
    admin = new Redis(serverAt(there));
    const options = { log: silent, prefix, currentMs: CURRENT_MS, connect: wire.connect, many: 1 };
    fanout = redisFanout({ ...options, pingMs: 20, interestTimes: { idleMs: 100, sweepMs: 20 } });
    elsewhere = redisSender(options);
    gateway = await testGateway(seenBy(fanout));
    rooms = { ann: ['user:ann', 'chat:1'], bob: ['user:bob', 'chat:2'] };
    gateway.invoker.on('connect', ({ caller }) => ({ rooms: rooms[caller?.userId ?? ''] ?? [] }));
    came = [];
    const { receiver } = gateway.server;
    fanout.attach({
      receiver: {
        ...receiver,
        apply: steps => {
          for (const step of steps) if ('send' in step) came.push(`${step.send} to ${step.to}`);
          receiver.apply(steps);
        },
      },
    });
    // What hears the answers to its promises.
    elsewhere.address();
    await until(() => fanout.current() && elsewhere.state() === 'up');
    ann = await gateway.client('ann');
    await byShards();
  });
  afterEach(async () => {
    wire.mend();
    await gateway.close();
    await Promise.all([fanout.close(), elsewhere.close()]);
    await wire.close();
    await admin.del(`${prefix}-gateways`);
    admin.disconnect();
  });

  const send = (name: string, ...to: string[]) => elsewhere.emit([{ send: name, data: {}, to }]);
  const channelOf = (room: string) => `${prefix}:${shardOf(room).toString(36)}`;
  const subscribers = async (room: string) => Number((await admin.pubsub('NUMSUB', channelOf(room)))[1]);
  /** The sender learns in the background who hears; a room that nobody is in tells when it has. */
  async function byShards(sender: Pick<typeof elsewhere, 'emit'> = elsewhere): Promise<void> {
    const nobody = `nobody:${randomUUID()}`;
    const listener = admin.duplicate();
    let heard = false;
    listener.on('message', () => {
      heard = true;
    });
    await listener.subscribe(channelOf(nobody));
    await eventually('events go by shards', async () => {
      await sender.emit([{ send: 'news', data: {}, to: [nobody] }]);
      return heard;
    });
    listener.disconnect();
    came.length = 0;
  }

  it('hears of the rooms that somebody on it is in, and of no other', async () => {
    await send('strange', 'chat:9');
    await send('own', 'chat:1');
    await until(() => ann.events.length > 0);
    expect(came).to.deep.equal(['own to chat:1']);
  });

  it('hears by the room that all must be in, however many others are named', async () => {
    await elsewhere.emit([{ send: 'strange', data: {}, to: ['user:ann', 'user:bob'], within: 'chat:9' }]);
    await elsewhere.emit([{ send: 'own', data: {}, to: ['user:ann', 'user:bob'], within: 'chat:1' }]);
    await until(() => ann.events.length > 0);
    expect(came).to.deep.equal(['own to user:ann,user:bob']);
  });

  it('hears once of what goes to several of its rooms, as every gateway does', async () => {
    await send('news', 'chat:1', 'user:ann', 'chat:9');
    await send('last', 'chat:1');
    await until(() => ann.events.length === 2);
    expect(ann.events.map(([event]) => event)).to.deep.equal(['news', 'last']);
  });

  it('hears what is said as soon as somebody is connected, or was let in', async () => {
    for (let n = 0; n < 6; n++) {
      const user = `user-${n}`;
      rooms[user] = [`user:${user}`, `chat:of-${n}`];
      const theirs = await gateway.client(user);
      await send('to-connected', `chat:of-${n}`);
      await elsewhere.emit([{ join: `chat:joined-${n}`, of: `user:${user}` }]);
      await send('to-joined', `chat:joined-${n}`);
      await until(() => theirs.events.length === 2);
      expect(theirs.events.map(([event]) => event)).to.deep.equal(['to-connected', 'to-joined']);
    }
  });

  /** No room is heard until it is released. */
  function holdHearing() {
    const { interest } = fanout;
    const hear = interest?.hear;
    let release = (): void => {};
    const subscribing = new Promise<void>(resolve => {
      release = () => {
        Object.assign(interest ?? {}, { hear });
        resolve();
      };
    });
    let asked = false;
    const wait = () => {
      asked = true;
      return subscribing;
    };
    Object.assign(interest ?? {}, { hear: wait });
    return { asked: () => asked, release };
  }

  it('answers a join only when the room is heard, and carries nothing out before what came before it', async () => {
    const hearing = holdHearing();
    const answered: string[] = [];
    const joined = elsewhere.emit([{ join: 'chat:5', of: 'user:ann' }]).then(() => answered.push('join'));
    await until(hearing.asked);
    const left = elsewhere.emit([{ leave: 'chat:1', of: 'user:ann' }]).then(() => answered.push('leave'));
    await new Promise(resolve => setTimeout(resolve, 100));
    const all = gateway.server.io.of('/').adapter.rooms;
    expect([answered, all.has('chat:5'), all.has('chat:1')]).to.deep.equal([[], false, true]);
    hearing.release();
    await Promise.all([joined, left]);
    expect([answered, all.has('chat:5'), all.has('chat:1')]).to.deep.equal([['join', 'leave'], true, false]);
  });

  it('tells who is put out nothing that was said later, while somebody is let in before them', async () => {
    const hearing = holdHearing();
    const joined = elsewhere.emit([{ join: 'chat:5', of: 'user:ann' }]);
    await until(hearing.asked);
    const left = elsewhere.emit([{ leave: 'chat:1', of: 'user:ann' }]);
    await send('later', 'chat:1');
    await new Promise(resolve => setTimeout(resolve, 100));
    hearing.release();
    await Promise.all([joined, left]);
    await send('last', 'user:ann');
    await until(() => ann.events.some(([event]) => event === 'last'));
    expect(ann.events.map(([event]) => event)).to.deep.equal(['last']);
  });

  it('is not current before it hears acts, however long it takes to subscribe to them', async () => {
    let release = (): void => {};
    const late = new Promise<void>(resolve => {
      release = resolve;
    });
    const connect: Wire['connect'] = role => {
      const connection = wire.connect(role);
      const { client } = connection;
      const subscribe = client.subscribe.bind(client) as (...channels: unknown[]) => Promise<unknown>;
      let before = Promise.resolve();
      const inTurn = (...channels: unknown[]) => {
        if (channels.flat().some(channel => String(channel).startsWith(`${prefix}-request#`))) before = late;
        return before.then(() => subscribe(...channels));
      };
      if (role === 'subscriber') Object.assign(client, { subscribe: inTurn });
      return connection;
    };
    const other = redisFanout({ log: silent, prefix, currentMs: CURRENT_MS, connect, many: 1, pingMs: 20 });
    const beside = await testGateway(seenBy(other));
    other.attach({ receiver: beside.server.receiver });
    const pinging = async () => (await admin.zcard(`${prefix}-gateways`)) === 2;
    await eventually('it pings', pinging);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(other.current()).to.equal(false);
    release();
    await until(other.current);
    await beside.close();
    await other.close();
  });

  it('forgets a room some time after the last one has left, and hears it again when somebody comes back', async () => {
    expect(await subscribers('chat:1')).to.equal(1);
    await elsewhere.emit([{ leave: 'chat:1', of: 'user:ann' }]);
    await eventually('nobody listens', async () => (await subscribers('chat:1')) === 0);
    for (let n = 0; n < 5; n++) {
      await elsewhere.emit([{ join: 'chat:1', of: 'user:ann' }]);
      await send(`back-${n}`, 'chat:1');
      await until(() => ann.events.some(([event]) => event === `back-${n}`));
      await elsewhere.emit([{ leave: 'chat:1', of: 'user:ann' }]);
      await new Promise(resolve => setTimeout(resolve, 40 * n));
    }
  });

  it('keeps a room while anybody is in it', async () => {
    rooms.bob = ['user:bob', 'chat:1'];
    const bob = await gateway.client('bob');
    ann.client.disconnect();
    await eventually('her own room is forgotten', async () => (await subscribers('user:ann')) === 0);
    await send('still', 'chat:1');
    await until(() => bob.events.length === 1);
  });

  it('hears all of its rooms again when its subscriptions were ended', async () => {
    await wire.killSubscribers(admin);
    await until(() => !fanout.current());
    await until(() => fanout.current() && gateway.server.io.of('/').adapter.rooms.has('chat:1'));
    await send('again', 'chat:1');
    await until(() => ann.events.some(([event]) => event === 'again'));
  });

  it('is told everything while a gateway of the version before is there, which hears everything, and nothing else', async () => {
    const before = admin.duplicate();
    const heard: string[] = [];
    await before.subscribe(`${prefix}-news`);
    before.on('message', (_channel, text) => heard.push(text));
    await admin.zadd(`${prefix}-gateways`, Date.now() + 60_000, randomUUID());
    await eventually('the old gateway hears', async () => {
      await send('news', 'chat:1');
      return heard.length > 0;
    });
    await send('to-all', 'chat:1');
    await until(() => ann.events.some(([event]) => event === 'to-all'));
    expect(heard.at(-1)).to.equal('[{"send":"to-all","to":["chat:1"]}]\n{}');
    before.disconnect();
  });

  it('hears what a process of the version before says', async () => {
    await admin.publish(`${prefix}-news`, '[{"send":"news","to":["chat:1"],"item":3}]\n{"n":1}');
    await until(() => ann.events.length === 1);
    expect(ann.events).to.deep.equal([['news', { n: 1 }]]);
  });

  it('tells everybody when nobody is known, and when few gateways are there', async () => {
    const few = redisSender({ log: silent, prefix, currentMs: CURRENT_MS, connect: wire.connect, many: 2 });
    await until(() => few.state() === 'up');
    for (let n = 0; n < 3; n++) {
      await few.emit([{ send: 'strange', data: {}, to: ['chat:9'] }]);
      await new Promise(resolve => setTimeout(resolve, 300));
    }
    await until(() => came.length === 3);
    await admin.zadd(`${prefix}-gateways`, Date.now() + 60_000, `${randomUUID()}${HEARS_SHARDS}`);
    await byShards(few);
    await few.close();
  });
});
