/** Who hears what is emitted, and what happens when that is in doubt. */
import { once } from 'node:events';
import { expect } from 'chai';
import type { Socket as Client } from 'socket.io-client';
import { Failure } from '#runtime/contract/failure.js';
import type { Result } from '#runtime/contract/invoker.js';
import { createBounds } from '#runtime/http/bounds/bounds.js';
import { until } from '../../support/eventually.js';
import { callerOf } from '../../support/gateway.js';
import { rawWebSocket } from '../../support/raw-websocket.js';
import { ask, stage } from './stage.js';

describe('socket.io driver', () => {
  const the = stage();

  describe('emissions', () => {
    it('reach each connection once, in order, except those that are excepted', async () => {
      the.gateway.invoker.on('connect', ({ caller }) => ({ rooms: [`user:${caller?.userId}`, 'chat:1', 'chat:2'] }));
      const [ann, bob] = [await the.gateway.client('ann'), await the.gateway.client('bob')];
      the.gateway.server.receiver.apply([
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
      const [ann, bob] = [await the.gateway.client('ann'), await the.gateway.client('bob')];
      const left = once(ann.client as never, 'disconnect');
      the.gateway.server.receiver.apply([
        { close: 'user:ann' },
        { send: 'after', data: {}, to: ['user:ann', 'user:bob'] },
      ]);
      expect(the.gateway.server.connections()).to.equal(1);
      expect((await left)[0]).to.equal('io server disconnect');
      await until(() => bob.events.length === 1);
      expect(ann.events).to.deep.equal([]);
    });

    it('come in their order when there are many at once, before what is answered after them', async () => {
      const emissions = Array.from({ length: 50 }, (_, n) => ({ send: 'many', data: { n }, to: ['user:ann'] }));
      the.gateway.invoker.on('ask', () => {
        the.gateway.server.receiver.apply(emissions);
        return { reply: {} };
      });
      const ann = await the.gateway.client('ann');
      expect(await ask(ann.client, 'ask', {})).to.deep.equal({ ok: true, data: {} });
      expect(ann.events.map(([, data]) => data)).to.deep.equal(emissions.map(({ data }) => data));
    });

    it('cut off a client that does not read', async () => {
      await the.reopen({ bounds: createBounds({ limits: { bytes: { each: 1_000_000, all: 100_000_000 } } }) });
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      const web = await rawWebSocket(the.gateway.port);
      web.send('40{"token":"ann"}');
      await until(() => the.gateway.server.connections() === 1);
      web.socket.pause();
      const data = { text: 'x'.repeat(200_000) };
      await until(() => {
        the.gateway.server.receiver.apply([{ send: 'big', data, to: ['user:ann'] }]);
        return the.gone();
      });
      await until(() => the.named('disconnect').length === 1);
      web.socket.destroy();
    });
  });

  describe('doubt', () => {
    const inside = async (client: Client): Promise<unknown> => {
      the.gateway.invoker.on('ask', ({ caller }) => ({ reply: caller?.connection?.inRoom('user:ann') }));
      return (await ask(client, 'ask', {})).data;
    };

    it('knows nothing of rooms while the feed is not current', async () => {
      let current = true;
      await the.reopen({ current: () => current });
      const { client } = await the.gateway.client('ann');
      expect(await inside(client)).to.equal(true);
      current = false;
      expect(await inside(client)).to.equal(false);
    });

    it('empties all rooms at an interruption, and asks for them again when it is over', async () => {
      const ann = await the.gateway.client('ann');
      the.gateway.server.receiver.interrupted();
      the.gateway.server.receiver.apply([{ send: 'secret', data: {}, to: ['user:ann'] }]);
      expect(await inside(ann.client)).to.equal(false);
      const bob = await the.gateway.client('bob');
      the.gateway.server.receiver.apply([{ send: 'to-itself', data: {}, to: [bob.client.id ?? ''] }]);
      let attempts = 0;
      the.gateway.invoker.on('connect', ({ caller }) => {
        attempts += 1;
        if (attempts === 1) throw new Failure('unavailable', 'away');
        return { rooms: [`user:${caller?.userId}`] };
      });
      the.gateway.server.receiver.resumed();
      await until(async () => (await inside(ann.client)) === true);
      const rooms = the.gateway.server.io.of('/').adapter.rooms;
      await until(() => rooms.has('user:bob'));
      the.gateway.server.receiver.apply([{ send: 'news', data: {}, to: ['user:ann', 'user:bob'] }]);
      await until(() => bob.events.length === 2 && ann.events.length === 1);
      expect(ann.events.map(([event]) => event)).to.deep.equal(['news']);
      expect(bob.events.map(([event]) => event)).to.deep.equal(['to-itself', 'news']);
    });

    it('asks once more when the feed breaks while connect thinks', async () => {
      const { client } = await the.gateway.client('ann');
      const finish: ((result: Partial<Result>) => void)[] = [];
      the.gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => finish.push(resolve)));
      the.gateway.server.receiver.interrupted();
      the.gateway.server.receiver.resumed();
      the.gateway.server.receiver.interrupted();
      the.gateway.server.receiver.resumed();
      await until(() => finish.length === 1);
      finish[0]?.({ rooms: ['user:ann', 'chat:old'] });
      await until(() => finish.length === 2);
      expect(the.gateway.server.io.of('/').adapter.rooms.has('chat:old')).to.equal(false);
      finish[1]?.({ rooms: ['user:ann'] });
      await until(async () => (await inside(client)) === true);
    });

    it('asks for the rooms of those who may have missed something, and of nobody else', async () => {
      const [ann] = [await the.gateway.client('ann'), await the.gateway.client('bob')];
      the.gateway.invoker.on('connect', () => ({ rooms: ['user:ann', 'chat:new'] }));
      the.gateway.server.receiver.apply([{ refresh: 'user:ann' }]);
      await until(async () => (await inside(ann.client)) === true);
      expect([...(the.gateway.server.io.of('/').adapter.rooms.get('chat:new') ?? [])]).to.deep.equal([ann.client.id]);
      expect(the.named('connect')).to.have.length(3);
    });

    it('asks once more for those whose rooms are being asked for when they may have missed something', async () => {
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      const finish: ((result: Partial<Result>) => void)[] = [];
      the.gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => finish.push(resolve)));
      const client = the.gateway.dial({ token: 'ann' });
      client.connect();
      await until(() => finish.length === 1);
      the.gateway.server.receiver.apply([{ refresh: 'user:ann' }, { refresh: 'user:bob' }]);
      finish[0]?.({ rooms: ['user:ann'] });
      await until(() => finish.length === 2);
      finish[1]?.({ rooms: ['user:ann', 'chat:new'] });
      await once(client as never, 'connect');
      expect(the.gateway.server.io.of('/').adapter.rooms.has('chat:new')).to.equal(true);
      expect(finish).to.have.length(2);
    });

    it('sends away who may not be here any more', async () => {
      const { client } = await the.gateway.client('ann');
      the.gateway.invoker.on('connect', () => {
        throw new Failure('unauthorized', 'this session has ended');
      });
      const left = once(client as never, 'disconnect');
      the.gateway.server.receiver.interrupted();
      the.gateway.server.receiver.resumed();
      expect((await left)[0]).to.equal('io server disconnect');
    });
  });
});
