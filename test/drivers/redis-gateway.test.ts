/** What a gateway concludes from its own pings, told without Redis: the bus is played by the test. */
import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import type { Bus } from '#runtime/drivers/redis/bus.js';
import { channelsOf } from '#runtime/drivers/redis/channels.js';
import { type RedisGateway, redisGateway } from '#runtime/drivers/redis/gateway.js';
import { until } from '../support/eventually.js';
import { silent } from '../support/invoker.js';

describe('a gateway of the Redis fan-out', () => {
  const channels = channelsOf('test', false);
  const heard: string[] = [];
  const pings: { readonly channel: string; readonly ping: number }[] = [];
  const heardOn = new Map<string, (text: Buffer) => void>();
  const released: string[] = [];
  const silence = async () => {};
  const told = { status: 'ready', disconnect: () => {}, subscribe: silence, psubscribe: silence };
  const client = Object.assign(new EventEmitter(), told) as unknown as Redis;
  let gateway: RedisGateway;

  const deliver = (number: number): void => {
    const { channel = '', ping } = pings.find(each => each.ping === number) ?? {};
    heardOn.get(channel)?.(Buffer.from(JSON.stringify({ ping })));
  };

  before(() => {
    const bus = {
      answer: () => {},
      send: async (channel: string, { ping }: { ping: number }) => void pings.push({ channel, ping }),
    } as unknown as Bus;
    gateway = redisGateway({
      gateway: {
        receiver: {
          apply: () => {},
          entering: () => [],
          interrupted: () => void heard.push('interrupted'),
          resumed: () => void heard.push('resumed'),
        },
      },
      bus,
      leases: { renew: async () => {}, release: async id => void released.push(id), live: async () => [] },
      subscriber: client,
      subscribe: (channel, take) => void (take && heardOn.set(channel, take)),
      shards: [],
      interest: { hear: () => undefined },
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
