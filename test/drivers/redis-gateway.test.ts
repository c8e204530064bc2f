/** What a gateway concludes from its own pings, told without Redis: the bus is played by the test. */
import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import type { Bus, Messages } from '#runtime/drivers/redis/bus.js';
import { channelsOf } from '#runtime/drivers/redis/channels.js';
import { type RedisGateway, redisGateway } from '#runtime/drivers/redis/gateway.js';
import { until } from '../support/eventually.js';
import { silent } from '../support/invoker.js';

describe('a gateway of the Redis fan-out', () => {
  const channels = channelsOf('test', false);
  const heard: string[] = [];
  const pings: Messages['fanout:ping'][] = [];
  const released: string[] = [];
  const silence = async () => {};
  const told = { status: 'ready', disconnect: () => {}, subscribe: silence, psubscribe: silence };
  const client = Object.assign(new EventEmitter(), told) as unknown as Redis;
  let gateway: RedisGateway;

  const deliver = (number: number): void => {
    const ping = pings.find(each => each.number === number);
    const text = JSON.stringify({ uid: 'test', type: 6, data: ['fanout:ping', ping] });
    client.emit('messageBuffer', Buffer.from(channels.acts), Buffer.from(text));
  };

  before(() => {
    const bus = {
      answer: () => {},
      publish: async (_name: string, ping: Messages['fanout:ping']) => void pings.push(ping),
    } as unknown as Bus;
    gateway = redisGateway({
      gateway: {
        receiver: {
          apply: () => {},
          interrupted: () => void heard.push('interrupted'),
          resumed: () => void heard.push('resumed'),
        },
      },
      bus,
      leases: { renew: async () => {}, release: async id => void released.push(id), live: async () => [] },
      subscriber: client,
      subscribe: () => {},
      publisher: client,
      channels,
      currentMs: 100_000,
      pingMs: 1,
      log: silent,
    });
  });
  after(() => gateway.close());

  it('doubts its rooms until the first ping comes back', async () => {
    await until(() => pings.length >= 5);
    expect(gateway.current()).to.equal(false);
    expect(heard).to.deep.equal(['interrupted']);
    deliver(1);
    expect(gateway.current()).to.equal(true);
    expect(heard.splice(0)).to.deep.equal(['interrupted', 'resumed']);
  });

  it('is content with pings in their order, and with one that comes twice', () => {
    deliver(2);
    deliver(2);
    deliver(3);
    expect(heard).to.deep.equal([]);
  });

  it('doubts its rooms when a ping was published and never came', () => {
    deliver(5);
    expect(heard.splice(0)).to.deep.equal(['interrupted', 'resumed']);
    expect(gateway.current()).to.equal(true);
    expect(released).to.have.length(1);
  });

  it('doubts them at once when the subscription closes', () => {
    client.emit('close');
    expect(heard.splice(0)).to.deep.equal(['interrupted']);
    expect(gateway.current()).to.equal(false);
  });
});
