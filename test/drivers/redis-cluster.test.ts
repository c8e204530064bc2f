/** A real Redis Cluster: every port's contract on it, and what happens when a master dies, is relieved, or a slot moves. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Presence } from '#runtime/contract/ports.js';
import { rateLimits } from '#runtime/drivers/rate-limits.js';
import { connectAs, connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { redisFanout } from '#runtime/drivers/redis/fanout.js';
import { connectKeyspace, type KeyspaceConnection } from '#runtime/drivers/redis/keyspace.js';
import { redisPresence } from '#runtime/drivers/redis/presence.js';
import { redisSender } from '#runtime/drivers/redis/sender.js';
import { LANES, shardOf } from '#runtime/drivers/redis/shards.js';
import { eventually, until } from '../support/eventually.js';
import { type Heard, type TestGateway, testGateway } from '../support/gateway.js';
import { needRedisServer } from '../support/redis.js';
import { type ClusterNode, type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';
import { silent } from '../support/silent.js';
import { fanoutContract, seenBy } from './fanout.contract.js';
import { presenceContract } from './presence.contract.js';
import { granted, limitOf, rateLimitsContract } from './rate-limits.contract.js';

const CURRENT_MS = 2_000;
/** A replica is elected a second after its master was taken for dead, which takes another. */
const FAILOVER_MS = 30_000;

describe('Redis Cluster', function () {
  this.timeout(90_000);
  let cluster: RedisCluster;
  const connections: { readonly part: RedisConnection['part'] }[] = [];

  before(async function () {
    needRedisServer.call(this);
    cluster = await startRedisCluster();
  });
  after(() => cluster?.close());
  afterEach(() => Promise.all(connections.splice(0).map(({ part }) => part.close())));

  const up = (state: () => unknown) => eventually('it is up', () => state() === 'up', { within: FAILOVER_MS });
  const fanoutOptions = (shard: string) => ({
    connect: connectAs({ addr: cluster.addr, log: silent }),
    log: silent,
    prefix: shard,
    currentMs: CURRENT_MS,
    pingMs: 50,
  });

  async function presenceOf(shard: string, leaseMs = 30_000): Promise<Presence> {
    const redis = connectRedis({ addr: cluster.addr, log: silent, name: 'presence', shard });
    const presence = redisPresence({ redis, owner: randomUUID(), log: silent, leaseMs, prefix: `{${shard}}` });
    await up(presence.state);
    return presence;
  }
  async function keyspace(): Promise<KeyspaceConnection> {
    const made = connectKeyspace({ addr: cluster.addr, log: silent, name: 'limits' });
    connections.push(made);
    await up(made.part.state);
    return made;
  }

  fanoutContract('redis cluster', async () => {
    const options = fanoutOptions(`test-${randomUUID()}`);
    const fanouts = [redisFanout(options), redisFanout(options)] as const;
    const elsewhere = redisSender(options);
    await up(elsewhere.state);
    return {
      fanouts,
      elsewhere,
      close: async () => void (await Promise.all([...fanouts, elsewhere].map(each => each.close()))),
    };
  });

  describe('presence', () => presenceContract(() => presenceOf(`test-${randomUUID()}`)));

  describe('rate limits', () => {
    let made: KeyspaceConnection;
    before(async () => {
      made = connectKeyspace({ addr: cluster.addr, log: silent, name: 'limits' });
      await up(made.part.state);
    });
    after(() => made?.part.close());
    rateLimitsContract(() => rateLimits(made.client));

    it('are shared by replicas, and spread over all masters', async () => {
      const [one, two] = [rateLimits(made.client), rateLimits((await keyspace()).client)];
      const [limit, callers] = [limitOf(10), Array.from({ length: 30 }, (_, n) => `caller-${n}`)];
      for (const caller of callers) {
        const counts = await Promise.all([granted(one, limit, caller, 8), granted(two, limit, caller, 8)]);
        expect(counts[0] + counts[1]).to.equal(10);
      }
      const masters = new Set<number>();
      for (const caller of callers) masters.add((await cluster.masterOf(`limit:${limit.name}:${caller}`)).port);
      expect(masters.size).to.equal(3);
    });
  });

  it('says of a node that is named alone that it is one of a cluster, and how to name that', async () => {
    const redis = connectRedis({ addr: `127.0.0.1:${cluster.nodes[0]?.port}`, log: silent, name: 'test' });
    connections.push(redis);
    await eventually('it says so', () => {
      const state = redis.part.state();
      return typeof state === 'object' && 'down' in state && state.down.includes('redis+cluster://');
    });
  });

  describe('when masters change', () => {
    let shard: string;
    let fanout: ReturnType<typeof redisFanout>;
    let elsewhere: ReturnType<typeof redisFanout>;
    let gateway: TestGateway;
    let presence: Presence;
    let ann: Heard;
    let rooms: string[];

    beforeEach(async () => {
      shard = `test-${randomUUID()}`;
      rooms = ['user:ann', 'chat:1'];
      [fanout, elsewhere] = [redisFanout(fanoutOptions(shard)), redisFanout(fanoutOptions(shard))];
      gateway = await testGateway(seenBy(fanout));
      gateway.invoker.on('connect', () => ({ rooms }));
      fanout.attach(gateway.server);
      await eventually('all are connected', () => fanout.current() && elsewhere.state() === 'up', {
        within: FAILOVER_MS,
      });
      ann = await gateway.client('ann');
      presence = await presenceOf(shard, 3_000);
      expect(await presence.connect('ann', 'phone')).to.deep.equal({ first: true });
    });
    afterEach(async () => {
      await gateway.close();
      await Promise.all([fanout.close(), elsewhere.close(), presence.close()]);
    });

    const inRoom = (room: string) => gateway.server.io.of('/').adapter.rooms.has(room);
    const emit = (n: number) => elsewhere.emit([{ send: 'news', data: n, to: ['user:ann', 'chat:1'] }]);

    /** Everything goes on: news, promises, presence and what answers come back. */
    async function goesOn(): Promise<void> {
      await eventually(
        'news come again',
        async () => {
          await emit(-1);
          return ann.events.some(([, data]) => data === -1);
        },
        { within: FAILOVER_MS },
      );
      await eventually('the gateway is certain of its rooms', () => fanout.current(), { within: FAILOVER_MS });
      const seen = await presenceOf(shard);
      await eventually('she is online', async () => (await seen.online(['ann'])).has('ann'), { within: FAILOVER_MS });
      await seen.close();
      rooms = ['user:ann'];
      await eventually(
        'somebody leaves',
        () => elsewhere.emit([{ leave: 'chat:1', of: 'user:ann' }]).then(() => true),
        {
          within: FAILOVER_MS,
        },
      );
      expect(inRoom('chat:1')).to.equal(false);
      const replied = new Promise(resolve => fanout.onReply(resolve));
      await eventually('a reply comes', async () => {
        elsewhere.reply(fanout.address(), [{ id: '1' }] as never);
        return Promise.race([replied, new Promise<undefined>(resolve => setTimeout(resolve, 50, undefined))]);
      });
    }

    /** Numbered news, as fast as one may, until `over`; resolves with how many there were. */
    async function traffic(over: () => boolean): Promise<number> {
      let n = 0;
      while (!over()) {
        await emit(++n);
        await new Promise(resolve => setTimeout(resolve, 2));
      }
      return n;
    }
    const numbers = () => ann.events.map(([, data]) => data as number).filter(n => n > 0);
    const inOrder = () => {
      const heard = numbers();
      expect(heard.filter((n, index) => n <= (heard[index - 1] ?? 0))).to.deep.equal([]);
    };

    it('goes on with the replica when a master dies, and hears what it says in order', async () => {
      const master = await cluster.masterOf(`{${shard}}`);
      let over = false;
      const sending = traffic(() => over);
      await eventually('news come', () => numbers().length > 20);
      await master.kill();
      await eventually('there is another master', async () => (await cluster.masterOf(`{${shard}}`)) !== master, {
        within: FAILOVER_MS,
      });
      const before = numbers().length;
      await eventually('news come again', () => numbers().length > before + 20, { within: FAILOVER_MS });
      await goesOn();
      over = true;
      await sending;
      inOrder();
      await master.revive();
      await cluster.settled();
    });

    it('leaves a master that does not answer, and does not go back to it when it does', async () => {
      const master = await cluster.masterOf(`{${shard}}`);
      master.freeze();
      await eventually('there is another master', async () => (await cluster.masterOf(`{${shard}}`)) !== master, {
        within: FAILOVER_MS,
      });
      await goesOn();
      master.thaw();
      await cluster.settled();
      await emit(1);
      await eventually('news come', () => numbers().length > 0);
      expect(await cluster.masterOf(`{${shard}}`)).to.not.equal(master);
    });

    it('doubts its rooms when a master hands over to its replica, though no connection broke', async () => {
      const master = await cluster.masterOf(`{${shard}}`);
      const replica = await cluster.replicaOf(master);
      const asked = () => gateway.invoker.calls.filter(({ binding }) => binding.fn.name === 'connect').length;
      const before = asked();
      await replica.admin.cluster('FAILOVER');
      await eventually('it has', async () => (await cluster.masterOf(`{${shard}}`)) === replica, {
        within: FAILOVER_MS,
      });
      await eventually('rooms are asked for', () => asked() > before, { within: FAILOVER_MS });
      await goesOn();
    });

    it('follows its slot under traffic, loses nothing unseen, and presence is as it was', async () => {
      const slot = await cluster.slotOf(`{${shard}}`);
      const from = await cluster.masterOf(`{${shard}}`);
      const masters = new Set<ClusterNode>();
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) masters.add(await cluster.masterOf(key));
      const to = [...masters].find(node => node !== from) as ClusterNode;
      let over = false;
      const sending = traffic(() => over);
      await eventually('news come', () => numbers().length > 20);
      for (const user of ['bob', 'cid', 'dan']) await presence.connect(user, 'phone');
      await cluster.moveSlot(slot, to, async () => {
        // Of keys half of which are here and half there nobody can be told anything, but nothing breaks.
        expect(await presence.connect('eve', 'phone')).to.have.property('first');
        const answer = await presence.online(['ann']).catch(error => error.code);
        if (answer !== 'unavailable') expect([...(answer as Set<string>)]).to.deep.equal(['ann']);
      });
      // Nodes that had no part in it hear of it from the others.
      await eventually('all know of it', async () => (await cluster.masterOf(`{${shard}}`)) === to);
      const before = numbers().length;
      await eventually('news come by the other master', () => numbers().length > before + 20, { within: FAILOVER_MS });
      const all = ['ann', 'bob', 'cid', 'dan', 'eve'];
      await eventually('all are online', async () => (await presence.online(all)).size === all.length, {
        within: FAILOVER_MS,
      });
      await goesOn();
      over = true;
      await sending;
      inOrder();
    });

    it('takes leave of nobody unseen: what was emitted while the slot moved is kept, or was refused', async () => {
      const slot = await cluster.slotOf(`{${shard}}`);
      const from = await cluster.masterOf(`{${shard}}`);
      const others = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(cluster.masterOf));
      const to = others.find(node => node !== from) as ClusterNode;
      for (let n = 0; n < 6; n++) {
        rooms = ['user:ann', 'chat:1'];
        await elsewhere.emit([{ join: 'chat:1', of: 'user:ann' }]).catch(() => undefined);
        await until(() => fanout.current() && inRoom('chat:1'), FAILOVER_MS);
        rooms = ['user:ann'];
        const [leave] = await Promise.all([
          elsewhere.emit([{ leave: 'chat:1', of: 'user:ann' }]).then(
            () => fanout.current() && inRoom('chat:1'),
            error => error.code,
          ),
          cluster.moveSlot(slot, n % 2 === 0 ? to : from),
        ]);
        expect(leave).to.be.oneOf([false, 'unavailable']);
        await until(() => !inRoom('chat:1'), FAILOVER_MS);
      }
    });

    it('has the shards of rooms at all masters, and follows them when their slots move and masters die', async () => {
      const lane = LANES[shardOf('chat:1') % LANES.length];
      const tag = `{${shard}.${lane}}`;
      let over = false;
      let n = 0;
      const say = () => elsewhere.emit([{ send: 'news', data: ++n, to: ['chat:1'] }]);
      const sending = (async () => {
        for (; !over; await new Promise(resolve => setTimeout(resolve, 5))) await say();
      })();
      const goesOnHearing = async (what: string) => {
        const before = n;
        await eventually(what, () => numbers().some(heard => heard > before), { within: FAILOVER_MS });
      };
      const channel = `${tag}:${shardOf('chat:1').toString(36)}`;
      const publishedAt = async (node: ClusterNode) => Number((await node.admin.pubsub('SHARDNUMSUB', channel))[1]);
      const from = await cluster.masterOf(tag);
      await eventually('the gateway hears the shard there', async () => (await publishedAt(from)) === 1);
      await goesOnHearing('news come');
      const others = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(cluster.masterOf));
      const to = others.find(node => node !== from) as ClusterNode;
      await cluster.moveSlot(await cluster.slotOf(tag), to);
      await eventually('it hears it at the other master', async () => (await publishedAt(to)) === 1, {
        within: FAILOVER_MS,
      });
      await goesOnHearing('news come by the other master');
      await to.kill();
      await eventually('there is another master', async () => (await cluster.masterOf(tag)) !== to, {
        within: FAILOVER_MS,
      });
      await goesOnHearing('news come by the replica');
      await eventually('everything is up', () => fanout.state() === 'up', { within: FAILOVER_MS });
      over = true;
      await sending;
      await to.revive();
      await cluster.settled();
      const masters = new Set<ClusterNode>();
      for (const number of LANES) masters.add(await cluster.masterOf(`{fanout.${number}}`));
      expect(masters.size).to.equal(3);
    });

    it('counts calls alone where their master is away, and says so', async () => {
      const made = await keyspace();
      const limits = rateLimits(made.client);
      const limit = limitOf(3);
      const master = await cluster.masterOf(`limit:${limit.name}:ann`);
      master.freeze();
      expect(await granted(limits, limit, 'ann', 5)).to.equal(3);
      await eventually('it says so', () => made.part.state() !== 'up', { within: FAILOVER_MS });
      await up(made.part.state);
      const other = limitOf(3);
      await eventually(
        'the next master counts',
        async () => (await granted(limits, other, `${Math.random()}`, 4)) === 3,
      );
      master.thaw();
      await cluster.settled();
    });
  });
});
