/** Redis behind real sentinels: connections find the master, and find the next one when they lose it. */
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { redisAddrWithTls } from '#runtime/drivers/redis/addr.js';
import { connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { redisPresence } from '#runtime/drivers/redis/presence.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { needRedisServer, redisTls, type Sentinel } from '../support/redis.js';
import { FAILOVER_MS, startWatchedRedis, type WatchedRedis, type WatchedServer } from '../support/redis-sentinels.js';
import { silent } from '../support/silent.js';

for (const secured of [false, true]) {
  describe(`Redis behind sentinels${secured ? ', all over TLS with certificates on both sides' : ''}`, function () {
    this.timeout(90_000);
    let certificates: Certificates | undefined;
    let watched: WatchedRedis;
    const connections: RedisConnection[] = [];

    before(async function () {
      needRedisServer.call(this);
      if (secured) certificates = await makeCertificates();
    });
    after(() => certificates?.remove());
    beforeEach(async () => {
      watched = await startWatchedRedis(certificates && { tls: redisTls(certificates, 'yes') });
    });
    afterEach(async () => {
      await Promise.all(connections.splice(0).map(({ part }) => part.close()));
      await watched?.close();
    });

    function connect({ subscriber = false, addr: named = watched.addr() } = {}): RedisConnection {
      const addr = redisAddrWithTls(named, certificates ? redisTls(certificates, 'yes').files : {});
      const redis = connectRedis({ addr, log: silent, name: 'test', subscriber });
      connections.push(redis);
      return redis;
    }
    const up = ({ part }: RedisConnection) =>
      eventually('Redis is up', () => part.state() === 'up', { within: FAILOVER_MS });
    /** The port of the server that it is connected to. */
    const portOf = async ({ client }: RedisConnection): Promise<number> =>
      Number(/^tcp_port:(\d+)/m.exec(await client.info('server'))?.[1]);
    const ledBy = (server: WatchedServer, redis: RedisConnection) =>
      eventually('there is another master', async () => (await portOf(redis)) === server.port, {
        within: FAILOVER_MS,
        every: 50,
      });

    it('goes on with the next master when the one that there is dies, subscriptions and presence included', async () => {
      const [master, replica] = watched.servers;
      const [redis, subscriber] = [connect(), connect({ subscriber: true })];
      const presence = redisPresence({ redis: connect(), owner: 'gateway-1', log: silent, leaseMs: 2_000 });
      const heard: string[] = [];
      subscriber.client.on('messageBuffer', (_channel, message: Buffer) => heard.push(message.toString()));
      void subscriber.client.subscribe('news');
      await Promise.all([up(redis), up(subscriber), watched.settled()]);
      expect(await presence.connect('ann', 'phone')).to.deep.equal({ first: true });
      expect(await portOf(redis)).to.equal(master.port);

      await master.kill();
      await ledBy(replica, redis);
      await eventually(
        'news come again',
        async () => {
          await redis.client.publish('news', 'by the next master');
          return heard.includes('by the next master');
        },
        { within: FAILOVER_MS, every: 50 },
      );
      await eventually('she is online again', async () => (await presence.online(['ann'])).has('ann'), {
        within: FAILOVER_MS,
      });
      await presence.close();
    });

    it('leaves a master that was taken for dead, and does not go back to it when it wakes', async () => {
      const [master, replica] = watched.servers;
      const redis = connect();
      await Promise.all([up(redis), watched.settled()]);
      master.freeze();
      await ledBy(replica, redis);
      master.thaw();
      // Each sentinel tells of the next master in its own time, and a connection that hears it looks again.
      await eventually('it is written', () => redis.client.set('written', 'on the next one'), { within: FAILOVER_MS });
      await eventually(
        'the old one follows',
        async () => (await watched.ask(master.port, old => old.get('written'))) === 'on the next one',
        { within: FAILOVER_MS, every: 200 },
      );
      expect(await portOf(redis)).to.equal(replica.port);
    });

    it('leaves a master that the sentinels have lost, though it goes on answering', async () => {
      const [master, replica] = watched.servers;
      const asApp = (one: Redis) => one.acl('SETUSER', 'app', 'on', '>s3cret', '~*', '&*', '+@all');
      await Promise.all([master, replica].map(({ port }) => watched.ask(port, asApp)));
      const redis = connect({ addr: watched.addr({ login: 'app:s3cret@' }) });
      await Promise.all([up(redis), watched.settled()]);
      await watched.ask(master.port, one => one.acl('SETUSER', 'default', '-@all'));
      await ledBy(replica, redis);
    });

    it('finds the next master by sentinels that it was not told of, when the one that it was told of is dead', async () => {
      const [master, replica] = watched.servers;
      const [told] = watched.sentinels as [Sentinel, ...Sentinel[]];
      await watched.settled();
      const redis = connect({ addr: watched.addr({ by: [told] }) });
      await up(redis);
      await Promise.all([told.kill(), master.kill()]);
      await ledBy(replica, redis);
    });

    it('says which sentinels know no master of the name, and goes on asking', async () => {
      const redis = connect({ addr: watched.addr({ name: 'nobody' }) });
      await eventually('it says so', () => {
        const state = redis.part.state();
        return (
          typeof state === 'object' && 'down' in state && /redis nobody of the sentinels at .*entinel/.test(state.down)
        );
      });
    });
  });
}
