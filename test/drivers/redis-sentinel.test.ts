/** Redis behind real sentinels: connections find the master, and find the next one when they lose it. */
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { redisPresence } from '#runtime/drivers/redis/presence.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { needRedisServer, type OwnRedis, type Sentinel, startRedis, startSentinel } from '../support/redis.js';
import { silent } from '../support/silent.js';

const NAME = 'chat';
/** Sentinels wait for each other up to a few seconds before one of them begins. */
const FAILOVER_MS = 30_000;

describe('Redis behind sentinels', function () {
  this.timeout(90_000);
  let ports: [number, number];
  let servers: OwnRedis[] = [];
  let sentinels: Sentinel[] = [];
  const connections: RedisConnection[] = [];

  before(needRedisServer);
  beforeEach(async () => {
    servers = [];
    sentinels = [];
    const first = await startServer();
    ports = [first, await startServer('--replicaof', '127.0.0.1', String(first))];
    for (let n = 0; n < 3; n++) {
      const sentinel = await startSentinel({ name: NAME, port: first, quorum: 2 });
      sentinels.push(sentinel);
      await answers(sentinel.port);
    }
  });
  afterEach(async () => {
    await Promise.all(connections.splice(0).map(({ part }) => part.close()));
    await Promise.all([...servers, ...sentinels].map(each => each.kill()));
  });

  /** Resolves with its port when it has it: a port that is free is free for everybody. */
  async function startServer(...options: readonly string[]): Promise<number> {
    const port = await freePort();
    servers.push(await startRedis(port, options));
    await answers(port);
    return port;
  }
  async function answers(port: number): Promise<void> {
    const one = new Redis(port, { maxRetriesPerRequest: null });
    one.on('error', () => undefined);
    await one.ping();
    one.disconnect();
  }

  const addr = (name = NAME) =>
    `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${name}`;
  function connect({ name = NAME, subscriber = false } = {}): RedisConnection {
    const redis = connectRedis({ addr: addr(name), log: silent, name: 'test', subscriber });
    connections.push(redis);
    return redis;
  }
  const up = ({ part }: RedisConnection) =>
    eventually('Redis is up', () => part.state() === 'up', { within: FAILOVER_MS });
  /** The port of the server that it is connected to. */
  const portOf = async ({ client }: RedisConnection): Promise<number> =>
    Number(/^tcp_port:(\d+)/m.exec(await client.info('server'))?.[1]);

  /** All sentinels know each other and the replica: before that, they make nobody the next master. */
  const settled = () =>
    Promise.all(
      sentinels.map(({ port }) =>
        eventually(
          'a sentinel knows all others',
          async () => {
            const one = new Redis(port);
            try {
              const said = String(await one.call('SENTINEL', 'MASTER', NAME)).split(',');
              const value = (member: string) => said[said.indexOf(member) + 1];
              return value('num-other-sentinels') === '2' && value('num-slaves') === '1';
            } finally {
              one.disconnect();
            }
          },
          { within: FAILOVER_MS, every: 200 },
        ),
      ),
    );

  it('goes on with the next master when the one that there is dies, subscriptions and presence included', async () => {
    const [redis, subscriber] = [connect(), connect({ subscriber: true })];
    const presence = redisPresence({ redis: connect(), owner: 'gateway-1', log: silent, leaseMs: 2_000 });
    const heard: string[] = [];
    subscriber.client.on('messageBuffer', (_channel, message: Buffer) => heard.push(message.toString()));
    void subscriber.client.subscribe('news');
    await Promise.all([up(redis), up(subscriber), settled()]);
    expect(await presence.connect('ann', 'phone')).to.deep.equal({ first: true });
    expect(await portOf(redis)).to.equal(ports[0]);

    await servers[0]?.kill();
    await eventually('there is another master', async () => (await portOf(redis)) === ports[1], {
      within: FAILOVER_MS,
      every: 50,
    });
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
    const redis = connect();
    await Promise.all([up(redis), settled()]);
    servers[0]?.freeze();
    await eventually('there is another master', async () => (await portOf(redis)) === ports[1], {
      within: FAILOVER_MS,
      every: 50,
    });
    servers[0]?.thaw();
    // Each sentinel tells of the next master in its own time, and a connection that hears it looks again.
    await eventually('it is written', () => redis.client.set('written', 'on the next one'), { within: FAILOVER_MS });
    await eventually(
      'the old one follows',
      async () => {
        const old = new Redis(ports[0]);
        try {
          return (await old.get('written')) === 'on the next one';
        } finally {
          old.disconnect();
        }
      },
      { within: FAILOVER_MS, every: 200 },
    );
    expect(await portOf(redis)).to.equal(ports[1]);
  });

  it('says which sentinels know no master of the name, and goes on asking', async () => {
    const redis = connect({ name: 'nobody' });
    await eventually('it says so', () => {
      const state = redis.part.state();
      return (
        typeof state === 'object' && 'down' in state && /redis nobody of the sentinels at .*entinel/.test(state.down)
      );
    });
  });
});
