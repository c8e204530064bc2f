/** Real clients against the socket driver: who is let in, what is answered, and who hears what. */
import { once } from 'node:events';
import { expect } from 'chai';
import type { Socket as Client } from 'socket.io-client';
import { Failure } from '../../runtime/contract/failure.js';
import type { Result } from '../../runtime/contract/invoker.js';
import { until } from '../support/eventually.js';
import { callerOf, type TestGateway, testGateway } from '../support/gateway.js';
import { rawWebSocket } from '../support/raw-websocket.js';

interface Ack {
  ok: boolean;
  data?: unknown;
  error?: { code: string; message: string };
}

describe('socket.io driver', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await testGateway();
  });
  afterEach(() => gateway.close());

  const ask = (client: Client, event: string, ...args: unknown[]): Promise<Ack> =>
    client.timeout(3000).emitWithAck(event, ...args);
  const named = (name: string) => gateway.invoker.calls.filter(({ binding }) => binding.fn.name === name);
  const gone = () => gateway.server.connections() === 0;

  describe('letting in', () => {
    const refusedWith = async (auth: object): Promise<{ message: string; data: unknown }> => {
      const client = gateway.dial(auth);
      const refused = once(client as never, 'connect_error');
      client.connect();
      return (await refused)[0];
    };

    for (const auth of [{}, { token: '' }, { token: 7 }, { token: 'wrong' }, { token: 'x'.repeat(9000) }]) {
      it(`refuses ${JSON.stringify(auth).slice(0, 30)}`, async () => {
        const { message, data } = await refusedWith(auth);
        expect(data).to.deep.equal({ code: 'unauthorized' });
        expect(message).to.be.a('string').and.not.equal('');
        expect(gateway.invoker.calls).to.deep.equal([]);
      });
    }

    it('says so when it cannot tell who it is', async () => {
      gateway.invoker.tokens.set('later', new Failure('unavailable', 'try again', { retryAfterMs: 500 }));
      expect((await refusedWith({ token: 'later' })).data).to.deep.equal({ code: 'unavailable', retryAfterMs: 500 });
    });

    it('refuses a client whose connect function fails, takes it off the books, and lets it try again', async () => {
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      gateway.invoker.on('connect', () => {
        throw new Failure('unavailable', 'the database is away');
      });
      expect((await refusedWith({ token: 'ann' })).data).to.deep.equal({ code: 'unavailable' });
      await until(() => named('disconnect').length === 1);
      expect(named('disconnect')[0]?.data).to.deep.equal(named('connect')[0]?.data);
      gateway.invoker.on('connect', () => ({}));
      expect((await gateway.client('ann')).client.connected).to.equal(true);
    });

    it('invokes connect and disconnect with the connection, and with the caller', async () => {
      const { client } = await gateway.client('ann');
      const [call] = named('connect');
      expect(call?.data).to.deep.equal({ connectionId: client.id });
      expect(call?.caller).to.include({ userId: 'ann' });
      expect(call?.caller?.connection?.id).to.equal(client.id);
      expect(gateway.server.connections()).to.equal(1);
      const { id } = client;
      client.disconnect();
      await until(() => named('disconnect').length === 1);
      expect(named('disconnect')[0]?.data).to.deep.equal({ connectionId: id });
      expect(gateway.server.connections()).to.equal(0);
    });

    it('carries out a disconnection after the connection that it ends, when the client goes half-way', async () => {
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      let finish: (result: Partial<Result>) => void = () => {};
      gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const client = gateway.dial({ token: 'ann' });
      client.connect();
      await until(() => named('connect').length === 1);
      client.disconnect();
      await until(() => gateway.server.io.engine.clientsCount === 0);
      expect(named('disconnect')).to.have.length(0);
      finish({ rooms: ['user:ann'] });
      await until(() => named('disconnect').length === 1);
      expect([...gateway.server.io.of('/').adapter.rooms.keys()]).to.deep.equal([]);
    });

    it('tries a disconnection again while the trouble passes by itself', async () => {
      let attempts = 0;
      gateway.invoker.on('disconnect', () => {
        attempts += 1;
        if (attempts === 1) throw new Failure('unavailable', 'away');
        return {};
      });
      (await gateway.client('ann')).client.disconnect();
      await until(() => attempts === 2);
    });

    it('says that it is full when it is, and takes the next one when somebody has gone', async () => {
      await gateway.close();
      gateway = await testGateway({ maxConnections: 4 });
      const held = await Promise.all(['a', 'b', 'c', 'd'].map(user => gateway.client(user)));
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      expect(await refusedWith({ token: 'ann' })).to.deep.include({
        message: 'this gateway is full',
        data: { code: 'unavailable', retryAfterMs: 5_000 },
      });
      expect(named('connect')).to.have.length(4);
      expect(gateway.server.connections()).to.equal(4);
      held[0]?.client.disconnect();
      await until(() => gateway.server.connections() === 3);
      expect((await gateway.client('ann')).client.connected).to.equal(true);
    });

    it('does not even take up transports that far beyond what it holds', async () => {
      await gateway.close();
      gateway = await testGateway({ maxConnections: 4 });
      const transports = await Promise.all(Array.from({ length: 9 }, () => rawWebSocket(gateway.port)));
      expect(transports.filter(({ heard }) => heard().startsWith('HTTP/1.1 101'))).to.have.length(5);
      expect(transports.filter(({ heard }) => /^HTTP\/1\.1 400 .*full/s.test(heard()))).to.have.length(4);
      for (const { socket } of transports) socket.destroy();
    });

    it('refuses a second handshake over the same transport', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const web = await rawWebSocket(gateway.port);
      for (let index = 0; index < 5; index += 1) web.send('40{"token":"ann"}');
      await until(() => web.heard().split('44{').length === 5);
      finish({});
      await until(() => web.heard().includes('40{"sid"'));
      expect(named('connect')).to.have.length(1);
      web.socket.destroy();
      await until(gone);
    });

    it('has the rooms of a client before it hears anything of it', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      gateway.invoker.on('ask', ({ caller }) => ({ reply: { inside: caller?.connection?.inRoom('chat:1') } }));
      const client = gateway.dial({ token: 'ann' });
      client.connect();
      const early = ask(client, 'ask', {});
      await until(() => named('connect').length === 1);
      expect(named('connect')[0]?.caller?.connection?.inRoom('chat:1')).to.equal(false);
      expect(named('ask')).to.have.length(0);
      finish({ rooms: ['chat:1'] });
      expect(await early).to.deep.equal({ ok: true, data: { inside: true } });
    });

    it('lets what is emitted while connect thinks win over what connect had read', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const client = gateway.dial({ token: 'ann' });
      client.connect();
      await until(() => named('connect').length === 1);
      gateway.server.receiver.apply([
        { leave: 'chat:1', of: 'user:ann' },
        { join: 'chat:2', of: 'user:ann' },
        { join: 'chat:3', of: 'user:bob' },
        { join: 'chat:4', of: 'user:ann' },
        { leave: 'chat:4', of: 'user:ann' },
      ]);
      finish({ rooms: ['user:ann', 'chat:1'] });
      await once(client as never, 'connect');
      const { adapter } = gateway.server.io.of('/');
      expect([...(adapter.sids.get(client.id ?? '') ?? [])]).to.have.members([client.id, 'user:ann', 'chat:2']);
    });

    it('does not let in who was closed while connect thought', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const client = gateway.dial({ token: 'ann' });
      const refused = once(client as never, 'connect_error');
      client.connect();
      await until(() => named('connect').length === 1);
      gateway.server.receiver.apply([{ close: 'session:ann' }]);
      finish({ rooms: ['user:ann', 'session:ann'] });
      expect((await refused)[0].data).to.deep.equal({ code: 'unauthorized' });
      expect(gateway.server.connections()).to.equal(0);
    });
  });

  describe('answering', () => {
    it('acknowledges with the reply, or with nothing', async () => {
      gateway.invoker.on('ask', ({ data }) => ({ reply: data }));
      const { client } = await gateway.client('ann');
      expect(await ask(client, 'ask', { a: [1, { b: null }] })).to.deep.equal({
        ok: true,
        data: { a: [1, { b: null }] },
      });
      expect(await ask(client, 'send', {})).to.deep.equal({ ok: true, data: {} });
    });

    it('acknowledges a failure by its code, and a defect without its words', async () => {
      const { client } = await gateway.client('ann');
      const answers = [];
      for (const thrown of [
        new Failure('invalid', 'bad', { errors: [{ path: '/a', message: 'worse' }] }),
        new Failure('unsupported', 'odd'),
        new Failure('rate_limited', 'slow', { retryAfterMs: 10 }),
        new Error('secret'),
      ]) {
        gateway.invoker.on('ask', () => {
          throw thrown;
        });
        answers.push((await ask(client, 'ask', {})).error);
      }
      gateway.invoker.on('ask', () => ({ reply: { big: 1n } }));
      answers.push((await ask(client, 'ask', {})).error);
      const defect = { code: 'internal', message: 'something went wrong' };
      expect(answers).to.deep.equal([
        { code: 'invalid', message: 'bad', errors: [{ path: '/a', message: 'worse' }] },
        { code: 'invalid', message: 'odd' },
        { code: 'rate_limited', message: 'slow', retryAfterMs: 10 },
        defect,
        defect,
      ]);
    });

    const garbage: [string, unknown[]][] = [
      ['an unknown event', ['no:such', {}]],
      ['an event called error', ['error', {}]],
      ['an event called __proto__', ['__proto__', {}]],
      ['no payload', ['ask']],
      ['null', ['ask', null]],
      ['a list', ['ask', [{}]]],
      ['a string', ['ask', 'text']],
      ['bytes', ['ask', Buffer.from('x')]],
      ['two payloads', ['ask', {}, {}]],
    ];
    for (const [name, [event, ...args]] of garbage) {
      it(`answers ${name} with invalid, and goes on`, async () => {
        const { client } = await gateway.client('ann');
        const { ok, error } = await ask(client, event as string, ...args);
        expect([ok, error?.code]).to.deep.equal([false, 'invalid']);
        expect(named('ask')).to.have.length(0);
        expect((await ask(client, 'ask', {})).ok).to.equal(true);
      });
    }

    it('does not carry out what comes without a callback', async () => {
      const { client } = await gateway.client('ann');
      client.emit('ask', {}).emit('send', {}).emit('no:such').emit('ask', 1, 2, 3);
      expect((await ask(client, 'ask', { last: true })).ok).to.equal(true);
      expect(gateway.invoker.calls.slice(1).map(({ data }) => data)).to.deep.equal([{ last: true }]);
    });

    it('invokes ordered events one after the other, each when the former has handed over', async () => {
      const { client } = await gateway.client('ann');
      let finish: () => void = () => {};
      gateway.invoker.on('send', () => new Promise(resolve => (finish = () => resolve({}))));
      const release = gateway.invoker.hold('send');
      const first = ask(client, 'send', { n: 1 });
      const second = ask(client, 'send', { n: 2 });
      await ask(client, 'ask', {});
      expect(named('send').map(({ data }) => data)).to.deep.equal([{ n: 1 }]);
      const finishFirst = finish;
      release();
      await until(() => named('send').length === 2);
      finish();
      expect((await second).ok).to.equal(true);
      finishFirst();
      expect((await first).ok).to.equal(true);
    });

    it('bounds the events of a connection that have no answer', async () => {
      await gateway.close();
      gateway = await testGateway({ maxUnanswered: 3 });
      const { client } = await gateway.client('ann');
      let finish: (value: object) => void = () => {};
      const held = new Promise<object>(resolve => (finish = resolve));
      gateway.invoker.on('ask', () => held);
      const three = [1, 2, 3].map(n => ask(client, 'ask', { n }));
      expect((await ask(client, 'send', {})).error?.code).to.equal('rate_limited');
      finish({});
      for (const each of await Promise.all(three)) expect(each.ok).to.equal(true);
      expect((await ask(client, 'send', {})).ok).to.equal(true);
    });

    it('refuses, and does not serve, what a client asks for in thousands without waiting', async () => {
      const { client } = await gateway.client('ann');
      const bob = await gateway.client('bob');
      let finish: (value: object) => void = () => {};
      const held = new Promise<object>(resolve => (finish = resolve));
      gateway.invoker.on('ask', ({ caller }) => (caller?.userId === 'ann' ? held : {}));
      const asked = Array.from({ length: 5_000 }, (_, n) => ask(client, 'ask', { n }));
      const answered: Ack[] = [];
      for (const each of asked) each.then(answer => answered.push(answer));
      await until(() => answered.length === 4_000);
      expect(new Set(answered.map(({ error }) => error?.code))).to.deep.equal(new Set(['rate_limited']));
      expect(answered[0]?.error).to.include({ retryAfterMs: 1_000 });
      expect(named('ask')).to.have.length(1_000);
      expect((await ask(bob.client, 'ask', {})).ok).to.equal(true);
      finish({});
      expect((await Promise.all(asked)).filter(({ ok }) => ok)).to.have.length(1_000);
    });

    it('cuts off nobody but the sender of a packet that is too big, or no packet at all', async () => {
      const ann = await gateway.client('ann');
      const bob = await gateway.client('bob');
      const cut = once(ann.client as never, 'disconnect');
      ann.client.emit('ask', { text: 'x'.repeat(2_000_000) }, () => {});
      await cut;
      const web = await rawWebSocket(gateway.port);
      web.send('42["ask"');
      await until(() => gateway.server.io.engine.clientsCount === 1);
      web.socket.destroy();
      expect((await ask(bob.client, 'ask', {})).ok).to.equal(true);
    });
  });

  describe('credentials', () => {
    it('sends away whose credentials have expired, and says so', async () => {
      gateway.invoker.tokens.set('ann', callerOf('ann', Date.now() + 300));
      const { client, events } = await gateway.client('ann');
      const [reason] = await once(client as never, 'disconnect');
      expect(reason).to.equal('io server disconnect');
      expect(events).to.deep.equal([['auth:expired', {}]]);
    });

    it('refuses events from the moment of expiry', async () => {
      const expiresAt = Date.now() + 150;
      gateway.invoker.tokens.set('ann', callerOf('ann', expiresAt));
      const { client } = await gateway.client('ann');
      await until(() => Date.now() > expiresAt);
      const answer = client.emitWithAck('ask', {}) as Promise<Ack>;
      const left = once(client as never, 'disconnect').then(() => undefined);
      const first = await Promise.race([answer, left]);
      if (first) expect(first.error?.code).to.equal('unauthorized');
      expect(named('ask')).to.have.length(0);
    });

    it('goes on with new credentials', async () => {
      const first = Date.now() + 400;
      gateway.invoker.tokens.set('ann', callerOf('ann', first));
      gateway.invoker.on('ask', () => ({ caller: callerOf('ann', first + 3_000_000_000_000) }));
      const { client, events } = await gateway.client('ann');
      await ask(client, 'ask', {});
      await until(() => Date.now() > first + 1200);
      expect((await ask(client, 'send', {})).ok).to.equal(true);
      const { caller } = named('send')[0] ?? {};
      expect(caller?.expiresAt).to.equal(first + 3_000_000_000_000);
      expect(caller?.connection?.inRoom('user:ann')).to.equal(true);
      expect(events).to.deep.equal([]);
    });
  });

  describe('emissions', () => {
    it('reach each connection once, in order, except those that are excepted', async () => {
      gateway.invoker.on('connect', ({ caller }) => ({ rooms: [`user:${caller?.userId}`, 'chat:1', 'chat:2'] }));
      const [ann, bob] = [await gateway.client('ann'), await gateway.client('bob')];
      gateway.server.receiver.apply([
        { send: 'one', data: { n: 1 }, to: ['chat:1', 'chat:2', 'chat:1'] },
        { send: 'two', data: { n: 2 }, to: ['chat:1'], except: ['user:ann'] },
        { send: 'connect', data: {}, to: ['chat:1'] },
        { send: 'nobody', data: {}, to: [] },
        { leave: 'chat:1', of: 'user:bob' },
        { send: 'three', data: {}, to: ['chat:1'] },
        { join: 'chat:1', of: 'user:bob' },
        { send: 'four', data: {}, to: ['chat:1'] },
      ]);
      await until(() => [ann, bob].every(({ events }) => events.at(-1)?.[0] === 'four'));
      expect(ann.events.map(([event]) => event)).to.deep.equal(['one', 'three', 'four']);
      expect(bob.events.map(([event]) => event)).to.deep.equal(['one', 'two', 'four']);
    });

    it('close the connections of a room for good, which are heard no more', async () => {
      const [ann, bob] = [await gateway.client('ann'), await gateway.client('bob')];
      const left = once(ann.client as never, 'disconnect');
      gateway.server.receiver.apply([{ close: 'user:ann' }, { send: 'after', data: {}, to: ['user:ann', 'user:bob'] }]);
      expect(gateway.server.connections()).to.equal(1);
      expect((await left)[0]).to.equal('io server disconnect');
      await until(() => bob.events.length === 1);
      expect(ann.events).to.deep.equal([]);
    });

    it('cut off a client that does not read', async () => {
      await gateway.close();
      gateway = await testGateway({ maxBacklog: 10 });
      gateway.invoker.tokens.set('ann', callerOf('ann'));
      const web = await rawWebSocket(gateway.port);
      web.send('40{"token":"ann"}');
      await until(() => gateway.server.connections() === 1);
      web.socket.pause();
      const data = { text: 'x'.repeat(200_000) };
      await until(() => {
        gateway.server.receiver.apply([{ send: 'big', data, to: ['user:ann'] }]);
        return gone();
      });
      await until(() => named('disconnect').length === 1);
      web.socket.destroy();
    });
  });

  describe('doubt', () => {
    const inside = async (client: Client): Promise<unknown> => {
      gateway.invoker.on('ask', ({ caller }) => ({ reply: caller?.connection?.inRoom('user:ann') }));
      return (await ask(client, 'ask', {})).data;
    };

    it('knows nothing of rooms while the feed is not current', async () => {
      await gateway.close();
      let current = true;
      gateway = await testGateway({ current: () => current });
      const { client } = await gateway.client('ann');
      expect(await inside(client)).to.equal(true);
      current = false;
      expect(await inside(client)).to.equal(false);
    });

    it('empties all rooms at an interruption, and asks for them again when it is over', async () => {
      const ann = await gateway.client('ann');
      gateway.server.receiver.interrupted();
      gateway.server.receiver.apply([{ send: 'secret', data: {}, to: ['user:ann'] }]);
      expect(await inside(ann.client)).to.equal(false);
      const bob = await gateway.client('bob');
      gateway.server.receiver.apply([{ send: 'to-itself', data: {}, to: [bob.client.id ?? ''] }]);
      let attempts = 0;
      gateway.invoker.on('connect', ({ caller }) => {
        attempts += 1;
        if (attempts === 1) throw new Failure('unavailable', 'away');
        return { rooms: [`user:${caller?.userId}`] };
      });
      gateway.server.receiver.resumed();
      await until(async () => (await inside(ann.client)) === true);
      const rooms = gateway.server.io.of('/').adapter.rooms;
      await until(() => rooms.has('user:bob'));
      gateway.server.receiver.apply([{ send: 'news', data: {}, to: ['user:ann', 'user:bob'] }]);
      await until(() => bob.events.length === 2 && ann.events.length === 1);
      expect(ann.events.map(([event]) => event)).to.deep.equal(['news']);
      expect(bob.events.map(([event]) => event)).to.deep.equal(['to-itself', 'news']);
    });

    it('asks once more when the feed breaks while connect thinks', async () => {
      const { client } = await gateway.client('ann');
      const finish: ((result: Partial<Result>) => void)[] = [];
      gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => finish.push(resolve)));
      gateway.server.receiver.interrupted();
      gateway.server.receiver.resumed();
      gateway.server.receiver.interrupted();
      gateway.server.receiver.resumed();
      await until(() => finish.length === 1);
      finish[0]?.({ rooms: ['user:ann', 'chat:old'] });
      await until(() => finish.length === 2);
      expect(gateway.server.io.of('/').adapter.rooms.has('chat:old')).to.equal(false);
      finish[1]?.({ rooms: ['user:ann'] });
      await until(async () => (await inside(client)) === true);
    });

    it('sends away who may not be here any more', async () => {
      const { client } = await gateway.client('ann');
      gateway.invoker.on('connect', () => {
        throw new Failure('unauthorized', 'this session has ended');
      });
      const left = once(client as never, 'disconnect');
      gateway.server.receiver.interrupted();
      gateway.server.receiver.resumed();
      expect((await left)[0]).to.equal('io server disconnect');
    });
  });

  describe('draining', () => {
    it('tells everybody, answers what was asked, and cuts off one after the other', async () => {
      const clients = await Promise.all(Array.from({ length: 8 }, (_, index) => gateway.client(`user-${index}`)));
      let finish: (value: object) => void = () => {};
      gateway.invoker.on('ask', () => new Promise<object>(resolve => (finish = resolve)));
      const last = ask(clients[0]?.client as Client, 'ask', {});
      await until(() => named('ask').length === 1);
      const left: number[] = [];
      const reasons: string[] = [];
      for (const { client } of clients) {
        client.on('disconnect', reason => {
          left.push(Date.now());
          reasons.push(reason);
        });
      }
      const drained = gateway.server.drain(1000);
      await until(() => clients.every(({ events }) => events[0]?.[0] === 'server:draining'));
      await until(() => left.length === 7);
      const late = gateway.dial({ token: 'user-0' });
      const refused = once(late as never, 'connect_error');
      late.connect();
      await refused;
      finish({ reply: { done: true } });
      expect(await last).to.deep.equal({ ok: true, data: { done: true } });
      await drained;
      expect(gateway.server.connections()).to.equal(0);
      expect(named('disconnect')).to.have.length(8);
      expect(Math.max(...left) - Math.min(...left)).to.be.greaterThan(200);
      expect(new Set(reasons)).to.deep.equal(new Set(['transport close']));
    });

    it('ends in time although somebody never gets an answer', async () => {
      const { client } = await gateway.client('ann');
      gateway.invoker.on('ask', () => new Promise(() => {}));
      client.emit('ask', {}, () => {});
      await until(() => named('ask').length === 1);
      const began = Date.now();
      await gateway.server.drain(500);
      expect(Date.now() - began).to.be.within(300, 900);
      await until(gone);
    });
  });
});
