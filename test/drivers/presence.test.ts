/** Presence in memory and in Redis, and what only several gateways, a lapsed lease or an emptied Redis can show. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Presence } from '#runtime/contract/ports.js';
import { memoryPresence } from '#runtime/drivers/memory/presence.js';
import { connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { redisPresence } from '#runtime/drivers/redis/presence.js';
import { eventually } from '../support/eventually.js';
import { addrThrough, dropKeys, redisAddr, serverAt } from '../support/redis.js';
import { silent } from '../support/silent.js';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.js';
import { presenceContract } from './presence.contract.js';

describe('memory presence', () => presenceContract(async () => memoryPresence()));

describe('redis presence', () => {
  const prefix = `{test-${randomUUID()}}`;
  let addr: string;
  let admin: RedisConnection;
  const gateways: Presence[] = [];

  before(async function () {
    const found = await redisAddr();
    if (found === undefined) {
      console.warn('      SKIPPED: nothing answers at REDIS_ADDR or 127.0.0.1:6379');
      return this.skip();
    }
    addr = found;
    admin = connectRedis({ addr, log: silent, name: 'test' });
    await eventually('Redis answers', () => admin.part.state() === 'up');
  });

  afterEach(async () => {
    await Promise.all(gateways.splice(0).map(gateway => gateway.close()));
    if (admin) await dropKeys(admin, prefix);
  });

  after(() => admin?.part.close());

  async function gateway({ leaseMs = 30_000, at = addr } = {}): Promise<Presence> {
    const redis = connectRedis({ addr: at, log: silent, name: 'presence' });
    const presence = redisPresence({ redis, owner: randomUUID(), log: silent, leaseMs, prefix });
    gateways.push(presence);
    await eventually('the gateway is up', () => presence.state() === 'up');
    return presence;
  }

  const isOnline = async (presence: Presence, user: string) => (await presence.online([user])).has(user);
  const keys = () => admin.client.keys(`${prefix}*`);

  presenceContract(() => gateway());

  it('sees a user through any gateway, until the last one has lost them', async () => {
    const [a, b] = [await gateway(), await gateway()];
    expect(await a.connect('ann', 'phone')).to.deep.equal({ first: true });
    expect(await b.connect('ann', 'laptop')).to.deep.equal({ first: false });
    expect(await isOnline(b, 'ann')).to.equal(true);
    expect(await a.disconnect('ann', 'phone')).to.deep.equal({ last: false });
    expect(await isOnline(a, 'ann')).to.equal(true);
    expect(await b.disconnect('ann', 'laptop')).to.deep.equal({ last: true });
    expect(await isOnline(a, 'ann')).to.equal(false);
  });

  it('keeps gateways apart whose connections have one name', async () => {
    const [a, b] = [await gateway(), await gateway()];
    await a.connect('ann', '1');
    await b.connect('ann', '1');
    expect(await a.disconnect('ann', '1')).to.deep.equal({ last: false });
    expect(await b.disconnect('ann', '1')).to.deep.equal({ last: true });
  });

  it('keeps users online for many times its lease', async () => {
    const [a, b] = [await gateway({ leaseMs: 1_500 }), await gateway()];
    await a.connect('ann', 'phone');
    const until = Date.now() + 3_200;
    await eventually('two leases have passed', async () => {
      expect(await isOnline(b, 'ann')).to.equal(true);
      return Date.now() > until;
    });
  });

  it('leaves nothing behind when all have left, and lets whatever it keeps expire', async () => {
    const a = await gateway();
    await a.connect('ann', 'phone');
    await a.connect('bob', 'phone');
    const kept = await keys();
    expect(kept).to.have.length(4);
    for (const key of kept) expect(await admin.client.pttl(key), key).to.be.within(1, 2 * 24 * 3_600_000);
    await a.disconnect('ann', 'phone');
    await a.disconnect('bob', 'phone');
    await a.close();
    expect(await keys()).to.deep.equal([]);
  });

  it('gives its lease up when it closes, so that who is left is offline at once and told of', async () => {
    const [a, b] = [await gateway(), await gateway()];
    await a.connect('ann', 'phone');
    await a.connect('bob', 'phone');
    await b.connect('bob', 'laptop');
    await a.close();
    expect(await b.online(['ann', 'bob'])).to.deep.equal(new Set(['bob']));
    expect(await b.lapsed()).to.deep.equal(['ann']);
  });

  it('refuses to connect anybody after it closed', async () => {
    const a = await gateway();
    await a.connect('ann', 'phone');
    await a.close();
    const failure = await a.connect('bob', 'phone').catch(error => error);
    expect(failure).to.include({ name: 'Failure', code: 'unavailable' });
    expect(await a.disconnect('ann', 'phone')).to.deep.equal({ last: false });
  });

  describe('when a gateway cannot be heard', () => {
    let proxy: TcpProxy;
    beforeEach(async () => {
      proxy = await tcpProxy(serverAt(addr));
    });
    afterEach(() => proxy.close());

    const behindProxy = (leaseMs: number) => gateway({ leaseMs, at: addrThrough(proxy.port, addr) });

    it('takes its users offline when its lease has lapsed, names them until they are forgotten, and then no more', async () => {
      const [a, b] = [await behindProxy(1_000), await gateway()];
      await a.connect('ann', 'phone');
      await a.connect('bob', 'phone');
      await b.connect('bob', 'laptop');
      expect(await b.lapsed()).to.deep.equal([]);
      proxy.cut();
      await eventually('the lease has lapsed', async () => !(await isOnline(b, 'ann')));
      expect(await isOnline(b, 'bob')).to.equal(true);
      expect(await b.lapsed()).to.deep.equal(['ann']);
      expect(await b.lapsed()).to.deep.equal(['ann']);
      await b.forget(['ann']);
      expect(await b.lapsed()).to.deep.equal([]);
      expect(await b.disconnect('bob', 'laptop')).to.deep.equal({ last: true });
      await b.close();
      expect(await keys()).to.deep.equal([]);
    });

    it('finds all of many lapsed users', async () => {
      const [a, b] = [await behindProxy(1_000), await gateway()];
      const users = Array.from({ length: 1_300 }, (_, n) => `user${n}`);
      await Promise.all(users.map(user => a.connect(user, 'phone')));
      proxy.cut();
      const lapsed = await eventually('all lapsed', async () => {
        const names = await b.lapsed();
        return names.length > 0 && names;
      });
      expect(new Set(lapsed)).to.deep.equal(new Set(users));
      await b.forget(lapsed);
      expect(await b.lapsed()).to.deep.equal([]);
    });

    it('has a user first again who comes back elsewhere, and does not call them lapsed', async () => {
      const [a, b] = [await behindProxy(1_000), await gateway()];
      await a.connect('ann', 'phone');
      proxy.cut();
      await eventually('the lease has lapsed', async () => !(await isOnline(b, 'ann')));
      expect(await b.connect('ann', 'phone')).to.deep.equal({ first: true });
      expect(await b.lapsed()).to.deep.equal([]);
      expect(await b.disconnect('ann', 'phone')).to.deep.equal({ last: true });
    });

    it('has its users online again when it is heard again after they were forgotten', async () => {
      const [a, b] = [await behindProxy(1_000), await gateway()];
      await a.connect('ann', 'phone');
      await a.connect('bob', 'phone');
      proxy.stall();
      const lapsed = await eventually('both lapsed', async () => {
        const names = await b.lapsed();
        return names.length === 2 && names;
      });
      await b.forget(lapsed);
      expect(await b.online(['ann', 'bob'])).to.deep.equal(new Set());
      proxy.mend();
      await eventually('both are online', async () => (await b.online(['ann', 'bob'])).size === 2);
      expect(await b.lapsed()).to.have.members(['ann', 'bob']);
      await a.disconnect('ann', 'phone');
      await eventually('ann is offline', async () => !(await isOnline(b, 'ann')));
    });

    it('names its users as back when it is heard again, once they were told offline, until they are told of', async () => {
      const [a, b] = [await behindProxy(1_000), await gateway()];
      await a.connect('ann', 'phone');
      await a.connect('ann', 'laptop');
      await a.connect('bob', 'phone');
      await b.connect('bob', 'laptop');
      proxy.cut();
      const lapsed = await eventually('ann lapsed', async () => {
        const names = await b.lapsed();
        return names.length > 0 && names;
      });
      await b.forget(lapsed);
      expect(await b.lapsed()).to.deep.equal([]);
      proxy.mend();
      await eventually('ann is online', () => isOnline(b, 'ann'));
      const back = await eventually('ann is named', async () => {
        const names = await b.lapsed();
        return names.includes('ann') && names;
      });
      expect(await b.lapsed()).to.deep.equal(back);
      await b.forget(back);
      expect(await b.lapsed()).to.deep.equal([]);
      expect(await b.online(['ann', 'bob'])).to.deep.equal(new Set(['ann', 'bob']));
    });

    it('names them as well when nobody had forgotten them yet', async () => {
      const [a, b] = [await behindProxy(1_000), await gateway()];
      await a.connect('ann', 'phone');
      proxy.cut();
      await eventually('ann lapsed', async () => (await b.lapsed()).includes('ann'));
      proxy.mend();
      await eventually('ann is online', () => isOnline(b, 'ann'));
      expect(await b.lapsed()).to.deep.equal(['ann']);
      await b.forget(['ann']);
      expect(await b.lapsed()).to.deep.equal([]);
      expect(await isOnline(b, 'ann')).to.equal(true);
    });

    it('has somebody first who asks again before it has registered anybody', async () => {
      const a = await gateway();
      await a.connect('ann', 'phone');
      await dropKeys(admin, prefix);
      expect(await a.connect('ann', 'phone')).to.deep.equal({ first: true });
      expect(await a.connect('ann', 'phone')).to.deep.equal({ first: false });
    });

    it('goes by its own table meanwhile, and settles the rest afterwards', async () => {
      const [a, b] = [await behindProxy(3_000), await gateway()];
      await a.connect('ann', 'phone');
      await a.connect('bob', 'phone');
      await b.connect('bob', 'laptop');
      proxy.cut();
      await eventually('the gateway knows', () => a.state() !== 'up');
      expect(await a.connect('cid', 'phone')).to.deep.equal({ first: true });
      expect(await a.connect('cid', 'laptop')).to.deep.equal({ first: false });
      expect(await a.disconnect('ann', 'phone')).to.deep.equal({ last: false });
      expect(await a.disconnect('bob', 'phone')).to.deep.equal({ last: false });
      const failure = await a.online(['ann']).catch(error => error);
      expect(failure).to.include({ name: 'Failure', code: 'unavailable' });

      proxy.mend();
      await eventually('who came is online', () => isOnline(b, 'cid'));
      await eventually('who went is not', async () => !(await isOnline(b, 'ann')));
      expect(await b.online(['ann', 'bob'])).to.deep.equal(new Set(['bob']));
      const named = await b.lapsed();
      expect(named).to.include.members(['ann', 'cid']);
      await b.forget(named);
      expect(await b.lapsed()).to.deep.equal([]);
      expect(await b.disconnect('bob', 'laptop')).to.deep.equal({ last: true });
    });
  });

  it('heals within a renewal when its keys are gone, as after a restart of an empty Redis', async () => {
    const [a, b] = [await gateway({ leaseMs: 900 }), await gateway()];
    const users = Array.from({ length: 700 }, (_, n) => `user${n}`);
    await Promise.all(users.map(user => a.connect(user, 'phone')));
    await dropKeys(admin, prefix);
    expect(await b.online(users)).to.deep.equal(new Set());
    await eventually('all are online again', async () => (await b.online(users)).size === users.length);
    const back = await b.lapsed();
    expect(back).to.have.length(users.length);
    await b.forget(back);
    expect(await b.lapsed()).to.deep.equal([]);
    await Promise.all(users.map(user => a.disconnect(user, 'phone')));
    await eventually('all are offline', async () => (await b.online(users)).size === 0);
  });

  it('takes nobody offline on the word of one gateway while others have not been heard after Redis lost everything', async () => {
    const [a, b] = [await gateway({ leaseMs: 2_000 }), await gateway({ leaseMs: 2_000 })];
    await a.connect('ann', 'phone');
    await b.connect('ann', 'laptop');
    await b.connect('bob', 'laptop');
    await dropKeys(admin, prefix);
    expect(await b.disconnect('ann', 'laptop')).to.deep.equal({ last: false });
    expect(await b.disconnect('bob', 'laptop')).to.deep.equal({ last: false });
    expect(await b.lapsed()).to.deep.equal([]);
    const lapsed = await eventually('it is settled who left', async () => {
      expect(await isOnline(b, 'ann')).to.equal(true);
      const names = await b.lapsed();
      return names.length > 0 && names;
    });
    expect(lapsed).to.deep.equal(['bob']);
    await b.forget(lapsed);
    await a.disconnect('ann', 'phone');
    await eventually('ann is offline', async () => !(await isOnline(b, 'ann')));
  });
});
