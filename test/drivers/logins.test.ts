/** A password of its own variable opens the server, whatever characters it has; one in the address wins. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Part } from '#runtime/contract/ports.js';
import { managementOf } from '#runtime/drivers/amqp/management.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { connectRedis } from '#runtime/drivers/redis/connection.js';
import { amqpUrl } from '../support/amqp.js';
import { readConfig } from '../support/config.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { startOwnPostgres } from '../support/new-server.js';
import { administer } from '../support/postgres.js';
import { needRedisServer, startRedis } from '../support/redis.js';
import { silent } from '../support/silent.js';

const PASSWORD = 'p@ss: w/o?#%41,é€';

async function opens(part: Part): Promise<void> {
  try {
    await eventually(`${part.name} lets us in`, () => part.state() === 'up');
  } finally {
    await part.close();
  }
}

describe('a password with all kinds of characters in a variable of its own', () => {
  it('opens PostgreSQL', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'logins-'));
    const server = await startOwnPostgres({ dataDir, log: silent });
    try {
      await administer(server.dsn, `create role ann login password '${PASSWORD}'`);
      const address = server.dsn.replace(/\/\/.*@/, '//ann@');
      const { dsn = '' } = readConfig('migrate', { DSN: address, DSN_PASSWORD: PASSWORD });
      await opens(connectPostgres({ dsn, name: 'logins', log: silent }));
    } finally {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('opens Redis', async function () {
    needRedisServer.call(this);
    const port = await freePort();
    const server = await startRedis(port, ['--requirepass', PASSWORD]);
    try {
      const { redisAddr: addr = '' } = readConfig('all', {
        REDIS_ADDR: `127.0.0.1:${port}`,
        REDIS_PASSWORD: PASSWORD,
      });
      await opens(connectRedis({ addr, log: silent, name: 'logins' }).part);
    } finally {
      await server.kill();
    }
  });

  it('opens RabbitMQ', async function () {
    const url = await amqpUrl();
    const ctl = (...words: string[]) => promisify(execFile)('rabbitmqctl', words, { timeout: 30_000 });
    const name = `ann ${randomBytes(4).toString('hex')}`;
    const made = url && (await ctl('add_user', name, PASSWORD).catch(() => undefined));
    if (!made) {
      console.warn('      SKIPPED: no RabbitMQ here whose users rabbitmqctl can make');
      return this.skip();
    }
    try {
      await ctl('set_permissions', '-p', managementOf(url).vhost, name, '.*', '.*', '.*');
      const address = new URL(url);
      address.username = encodeURIComponent(name);
      address.password = '';
      const { amqpUrls: urls = [] } = readConfig('all', { AMQP_URL: address.href, AMQP_PASSWORD: PASSWORD });
      await opens(connectAmqp({ urls, name: 'logins', log: silent }));
    } finally {
      await ctl('delete_user', name);
    }
  });
});

describe('a password of a variable of its own', () => {
  const read = (DSN: string, REDIS_ADDR: string, AMQP_URL: string, password = 'a/b') => {
    const { dsn, redisAddr, amqpUrls } = readConfig('chat-svc', {
      DSN,
      REDIS_ADDR,
      AMQP_URL,
      DSN_PASSWORD: password,
      REDIS_PASSWORD: password,
      AMQP_PASSWORD: password,
    });
    return [dsn, redisAddr, ...(amqpUrls ?? [])];
  };

  it('stands in where the address has none', () => {
    expect(read('postgres://ann@db/chat', 'rediss://ann@cache/2', 'amqp://ann@one/v,amqps://two')).to.deep.equal([
      'postgres://ann:a%2Fb@db/chat',
      'rediss://ann:a%2Fb@cache/2',
      'amqp://ann:a%2Fb@one/v',
      'amqps://guest:a%2Fb@two',
    ]);
    expect(read('postgres:///chat?host=/run/postgresql', 'cache:6379', 'amqp://ann:@one')).to.deep.equal([
      'postgres:///chat?host=%2Frun%2Fpostgresql&password=a%2Fb',
      'redis://:a%2Fb@cache:6379',
      'amqp://ann:a%2Fb@one',
    ]);
  });

  for (const own of ['own', '%C3%A9']) {
    it(`leaves the address its own, ${own}`, () => {
      const addresses = [
        `postgres://ann:${own}@db/chat`,
        `redis://:${own}@cache:6379`,
        `amqp://ann:${own}@one`,
      ] as const;
      expect(read(...addresses)).to.deep.equal(addresses);
    });
  }

  it('changes nothing when it is empty', () => {
    const addresses = ['postgres://ann@db/chat', 'cache:6379', 'amqp://one'] as const;
    expect(read(...addresses, '')).to.deep.equal(addresses);
  });

  it('makes no malformed address a good one', () => {
    expect(() => read('postgres://ann@db/chat', 'cache', 'amqp://one')).to.throw(/^REDIS_ADDR: .*no port/);
    expect(() => read('postgres:///chat', 'cache:1', 'amqp://one')).to.throw(/^DSN: names no host/);
    expect(() => read('postgres://ann@db/chat', 'http://cache:1', 'amqp://one')).to.throw(
      /^REDIS_ADDR: .*scheme is http/,
    );
    expect(() => read('postgres://ann@db/chat', 'cache:1', 'amqp://a%zz@one')).to.throw(/^AMQP_URL: must be like/);
  });
});
