/** Rate limits in memory and in Redis: shared by all replicas, and still there when Redis is not. */
import { expect } from 'chai';
import type { RateLimits } from '#runtime/contract/ports.js';
import { rateLimits } from '#runtime/drivers/rate-limits.js';
import { connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { dropKeys, needRedisServer, type OwnRedis, redisAddr, startRedis } from '../support/redis.js';
import { silent } from '../support/silent.js';
import { granted, limitOf, rateLimitsContract } from './rate-limits.contract.js';

describe('rate limits in memory', () => rateLimitsContract(() => rateLimits()));

describe('rate limits in Redis', () => {
  let redis: RedisConnection;

  before(async function () {
    const addr = await redisAddr();
    if (addr === undefined) {
      console.warn('      SKIPPED: nothing answers at REDIS_ADDR or 127.0.0.1:6379');
      return this.skip();
    }
    redis = connectRedis({ addr, log: silent, name: 'test' });
    await eventually('Redis answers', () => redis.part.state() === 'up');
  });
  after(async () => {
    if (!redis) return;
    await dropKeys(redis, 'limit:test-');
    await redis.part.close();
  });

  rateLimitsContract(() => rateLimits(redis.client));

  it('are shared by replicas', async () => {
    const [one, two] = [rateLimits(redis.client), rateLimits(redis.client)];
    const limit = limitOf(10);
    const counts = await Promise.all([granted(one, limit, 'ann', 8), granted(two, limit, 'ann', 8)]);
    expect(counts[0] + counts[1]).to.equal(10);
    expect(await granted(rateLimits(redis.client), limit, 'ann')).to.equal(0);
  });

  it('leave nothing behind that does not go by itself', async () => {
    const limit = limitOf(2, 5);
    await granted(rateLimits(redis.client), limit, 'ann', 4);
    const keys = await redis.client.keys(`limit:${limit.name}*`);
    expect(keys).to.have.length(1);
    expect(await redis.client.pttl(keys[0]!)).to.be.within(1, 5_000);
  });
});

describe('rate limits whose Redis comes and goes', () => {
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

  function replica(): RateLimits {
    const redis = connectRedis({ addr: `127.0.0.1:${port}`, log: silent, name: 'test' });
    connections.push(redis);
    return rateLimits(redis.client);
  }
  const all = (state: 'up' | 'down') =>
    eventually(`Redis is ${state}`, () =>
      connections.every(({ part }) => (part.state() === 'up') === (state === 'up')),
    );

  it('count in each replica alone while it is away from the start, and refuse nobody for it', async () => {
    const [one, two] = [replica(), replica()];
    const limit = limitOf(3);
    const since = Date.now();
    expect(await granted(one, limit, 'ann', 5)).to.equal(3);
    expect(await granted(two, limit, 'ann', 5)).to.equal(3);
    expect(Date.now() - since, 'at once').to.be.below(1_000);
  });

  it('count alone after it was killed, and together again when it is back', async () => {
    server = await startRedis(port);
    const [one, two] = [replica(), replica()];
    await all('up');
    const limit = limitOf(4);
    expect(await granted(one, limit, 'ann', 2)).to.equal(2);
    await server.kill();
    await all('down');
    expect(await granted(one, limit, 'bob', 6)).to.equal(4);
    expect(await granted(two, limit, 'bob', 6)).to.equal(4);
    server = await startRedis(port);
    await all('up');
    const counts = [await granted(one, limit, 'cid', 3), await granted(two, limit, 'cid', 3)];
    expect(counts).to.deep.equal([3, 1]);
  });

  it('do not hold a call for long when it says nothing', async () => {
    server = await startRedis(port);
    const one = replica();
    await all('up');
    server.freeze();
    const since = Date.now();
    expect(await granted(one, limitOf(2), 'ann', 3)).to.equal(2);
    expect(Date.now() - since).to.be.below(4_000);
    server.thaw();
  });
});
