/** Connections to Redis through every trouble, with a server of our own to kill and freeze; and the forms of REDIS_ADDR. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { connectRedis, parseRedisAddr, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { redisPresence } from '#runtime/drivers/redis/presence.js';
import { orUnavailable } from '#runtime/drivers/redis/trouble.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { needRedisServer, type OwnRedis, startRedis } from '../support/redis.js';
import { silent } from '../support/silent.js';

describe('REDIS_ADDR', () => {
  const right: [string, object][] = [
    ['127.0.0.1:6379', { host: '127.0.0.1', port: 6379 }],
    ['redis-master.chat_1:7000', { host: 'redis-master.chat_1', port: 7000 }],
    ['[::1]:6379', { host: '::1', port: 6379 }],
    ['redis://cache', { host: 'cache', port: 6379 }],
    ['redis://cache/', { host: 'cache', port: 6379 }],
    ['REDIS://cache:6380/3', { host: 'cache', port: 6380, db: 3 }],
    ['redis://:p%40ss@[fe80::1]:6380', { host: 'fe80::1', port: 6380, password: 'p@ss' }],
    [
      'rediss://ann:s3cret@cache:6380/2',
      { host: 'cache', port: 6380, username: 'ann', password: 's3cret', db: 2, tls: {} },
    ],
    [
      'redis+sentinel://one,two:5000,[::1]/chat',
      {
        sentinels: [
          { host: 'one', port: 26379 },
          { host: 'two', port: 5000 },
          { host: '::1', port: 26379 },
        ],
        name: 'chat',
      },
    ],
    [
      'rediss+sentinel://:s3cret@one/my.master/2',
      { sentinels: [{ host: 'one', port: 26379 }], name: 'my.master', password: 's3cret', db: 2, tls: {} },
    ],
    [
      'redis+cluster://one,two:7000,[::1]:7001',
      {
        nodes: [
          { host: 'one', port: 6379 },
          { host: 'two', port: 7000 },
          { host: '::1', port: 7001 },
        ],
      },
    ],
    [
      'rediss+cluster://ann:s3cret@one/0',
      { nodes: [{ host: 'one', port: 6379 }], username: 'ann', password: 's3cret', tls: {} },
    ],
  ];
  for (const [addr, read] of right) {
    it(`reads ${addr}`, () => expect(parseRedisAddr(addr)).to.deep.equal(read));
  }

  const wrong: [string, RegExp][] = [
    ['', /no port/],
    ['cache', /no port/],
    [':6379', /no host/],
    ['cache:', /port is not a number/],
    ['cache:0', /port is not a number/],
    ['cache:65536', /port is not a number/],
    ['cache:six', /port is not a number/],
    ['::1:6379', /host is malformed/],
    ['ann:s3cret@cache:6379', /host is malformed/],
    ['http://cache:6379', /scheme is http/],
    ['redis://', /no host/],
    ['redis://:s3cret@:6379', /no host/],
    ['redis://ca che:6379', /host is malformed/],
    ['redis://cache:70000', /port is not a number/],
    ['redis://cache:6379/zero', /number of a database/],
    ['redis://cache:6379/0?password=s3cret', /only an address over TLS/],
    ['redis://s3cret@cache:6379', /no password/],
    ['redis://:@cache:6379', /no password/],
    ['redis+sentinel://:s3cret@one,two', /no name of their master/],
    ['redis+sentinel://one/', /no name of their master/],
    ['redis+sentinel://one/chat/zero', /no name of their master/],
    ['redis+sentinel:///chat', /no host/],
    ['redis+sentinel://one,,two/chat', /no host/],
    ['redis+sentinel://one:0/chat', /port is not a number/],
    [`redis+sentinel://${'one,'.repeat(16)}one/chat`, /more than 16/],
    ['redis+cluster://:s3cret@one,two/1', /no other database/],
    ['redis+cluster://:s3cret@one,,two', /no host/],
    ['redis+cluster://s3cret@one', /no password/],
    ['redis://:s3cret%zz@cache:6379', /hexadecimal/],
  ];
  for (const [addr, why] of wrong) {
    it(`refuses '${addr}', and keeps its secrets`, () => {
      expect(() => parseRedisAddr(addr))
        .to.throw(Error, why)
        .and.not.match(/s3cret/);
    });
  }
});

describe('a connection to Redis', () => {
  let port: number;
  let server: OwnRedis | undefined;
  const connections: RedisConnection[] = [];

  before(needRedisServer);
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    await Promise.all(connections.splice(0).map(({ part }) => part.close()));
    await server?.kill();
    server = undefined;
  });

  function connect({ addr = `127.0.0.1:${port}`, subscriber = false } = {}): RedisConnection {
    const redis = connectRedis({ addr, log: silent, name: 'test', subscriber });
    connections.push(redis);
    return redis;
  }
  const up = ({ part }: RedisConnection, within = 8_000) =>
    eventually('Redis is up', () => part.state() === 'up', { within });
  const down = async ({ part }: RedisConnection, why: RegExp, within = 8_000) =>
    eventually(
      `Redis is down: ${why}`,
      () => {
        const state = part.state();
        return typeof state === 'object' && 'down' in state && why.test(state.down);
      },
      { within },
    );
  const failureOf = (work: Promise<unknown>) =>
    orUnavailable(work).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('waits for a server that is not there yet, failing commands at once, and then comes up by itself', async () => {
    const redis = connect();
    await down(redis, new RegExp(`127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`));
    const asked = Date.now();
    expect(await failureOf(redis.client.get('key'))).to.include({ name: 'Failure', code: 'unavailable' });
    expect(Date.now() - asked).to.be.below(500);
    server = await startRedis(port);
    await up(redis);
    expect(await redis.client.set('key', 'value')).to.equal('OK');
  });

  it('says that a node of a cluster has a part of the keys only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'node-'));
    const busPort = String(await freePort());
    server = await startRedis(port, ['--cluster-enabled', 'yes', '--cluster-port', busPort, '--dir', folder]);
    const redis = connect();
    await down(redis, /it is a node of a Redis Cluster/);
    await rm(folder, { recursive: true });
  });

  it('comes back after its server was killed and started again', async () => {
    server = await startRedis(port);
    const redis = connect();
    await up(redis);
    await server.kill();
    await down(redis, /./);
    expect(await failureOf(redis.client.get('key'))).to.include({ code: 'unavailable' });
    server = await startRedis(port);
    await up(redis);
    expect(await redis.client.get('key')).to.equal(null);
  });

  it('gives up on a server that says nothing, and finds it again when it does', async () => {
    server = await startRedis(port);
    const [redis, subscriber] = [connect(), connect({ subscriber: true })];
    await Promise.all([up(redis), up(subscriber)]);
    server.freeze();
    expect(await failureOf(redis.client.get('key'))).to.include({ code: 'unavailable' });
    await Promise.all([down(redis, /./, 10_000), down(subscriber, /./, 10_000)]);
    server.thaw();
    await Promise.all([up(redis), up(subscriber)]);
  });

  it('keeps subscriptions over every loss, those made before the first connection, too', async () => {
    const [redis, subscriber] = [connect(), connect({ subscriber: true })];
    const heard: string[] = [];
    subscriber.client.on('pmessageBuffer', (_pattern, _channel, message: Buffer) => heard.push(message.toString()));
    subscriber.client.psubscribe('news*');
    redis.client.publish('news', 'nobody awaits this, and nobody minds');
    for (const message of ['one', 'two']) {
      server = await startRedis(port);
      await Promise.all([up(redis), up(subscriber)]);
      await eventually(`${message} is heard`, async () => {
        await redis.client.publish('news', message);
        return heard.includes(message);
      });
      await server.kill();
      await down(subscriber, /./);
    }
  });

  it('names a wrong password without repeating it, and stays', async () => {
    server = await startRedis(port, ['--requirepass', 'right']);
    const redis = connect({ addr: `redis://:s3cret@127.0.0.1:${port}` });
    await down(redis, /WRONGPASS/);
    expect(JSON.stringify(redis.part.state())).not.to.contain('s3cret');
    const admitted = connect({ addr: `redis://:right@127.0.0.1:${port}/3` });
    await up(admitted);
    expect(await admitted.client.client('INFO')).to.match(/ name=test .*db=3 /);
  });

  it('lets a defect through as what it is, not as trouble that passes', async () => {
    server = await startRedis(port);
    const { client, part } = connect();
    await eventually('Redis is up', () => part.state() === 'up');
    await client.set('text', 'x');
    expect(await failureOf(client.incr('text'))).to.include({ name: 'ReplyError' });
  });

  it('closes in any state, as often as it is asked to', async () => {
    const never = connect();
    await never.part.close();
    const away = connect({ subscriber: true });
    away.client.subscribe('news');
    await down(away, /ECONNREFUSED/);
    server = await startRedis(port);
    const there = connect();
    await up(there);
    for (const { part } of [never, away, there]) {
      await Promise.all([part.close(), part.close()]);
      expect(part.state())
        .to.have.property('down')
        .that.matches(/closed/);
    }
  });

  it('brings presence back after a restart that lost everything', async () => {
    server = await startRedis(port);
    const redis = connect();
    const presence = redisPresence({ redis, owner: 'gateway-1', log: silent, leaseMs: 6_000 });
    await up(redis);
    await presence.connect('ann', 'phone');
    await presence.connect('bob', 'phone');
    await server.kill();
    await down(redis, /./);
    await presence.disconnect('bob', 'phone');
    server = await startRedis(port);
    await eventually('ann is online', async () => (await presence.online(['ann'])).has('ann'));
    const lapsed = await eventually('who left meanwhile is told of', async () => {
      const names = await presence.lapsed();
      return names.includes('bob') && names;
    });
    expect(lapsed).to.have.members(['ann', 'bob']);
    await presence.close();
  });

  it('takes connections while Redis is away from the start, and registers them when it comes', async () => {
    const redis = connect();
    const presence = redisPresence({ redis, owner: 'gateway-1', log: silent });
    expect(await presence.connect('ann', 'phone')).to.deep.equal({ first: true });
    expect(presence.state())
      .to.have.property('down')
      .that.matches(/redis at/);
    server = await startRedis(port);
    await eventually('ann is online', async () => (await presence.online(['ann'])).has('ann'));
    expect(await presence.disconnect('ann', 'phone')).to.deep.equal({ last: true });
    await presence.close();
  });
});
