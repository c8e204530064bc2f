/** Who is let in by the socket driver, and when its rooms are known. */
import { once } from 'node:events';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { Result } from '#runtime/contract/invoker.js';
import { createBounds } from '#runtime/http/bounds/bounds.js';
import { until } from '../../support/eventually.js';
import { callerOf } from '../../support/gateway.js';
import { rawWebSocket } from '../../support/raw-websocket.js';
import { ask, stage } from './stage.js';

describe('socket.io driver', () => {
  const the = stage();

  describe('letting in', () => {
    const refusedWith = async (auth: object): Promise<{ message: string; data: unknown }> => {
      const client = the.gateway.dial(auth);
      const refused = once(client as never, 'connect_error');
      client.connect();
      return (await refused)[0];
    };

    for (const auth of [{}, { token: '' }, { token: 7 }, { token: 'wrong' }, { token: 'x'.repeat(9000) }]) {
      it(`refuses ${JSON.stringify(auth).slice(0, 30)}`, async () => {
        const { message, data } = await refusedWith(auth);
        expect(data).to.deep.equal({ code: 'unauthorized' });
        expect(message).to.be.a('string').and.not.equal('');
        expect(the.gateway.invoker.calls).to.deep.equal([]);
      });
    }

    it('says so when it cannot tell who it is', async () => {
      the.gateway.invoker.tokens.set('later', new Failure('unavailable', 'try again', { retryAfterMs: 500 }));
      expect((await refusedWith({ token: 'later' })).data).to.deep.equal({ code: 'unavailable', retryAfterMs: 500 });
    });

    it('refuses a client whose connect function fails, takes it off the books, and lets it try again', async () => {
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      the.gateway.invoker.on('connect', () => {
        throw new Failure('unavailable', 'the database is away');
      });
      expect((await refusedWith({ token: 'ann' })).data).to.deep.equal({ code: 'unavailable', retryAfterMs: 1_000 });
      await until(() => the.named('disconnect').length === 1);
      expect(the.named('disconnect')[0]?.data).to.deep.equal(the.named('connect')[0]?.data);
      the.gateway.invoker.on('connect', () => ({}));
      expect((await the.gateway.client('ann')).client.connected).to.equal(true);
    });

    it('invokes connect and disconnect with the connection, and with the caller', async () => {
      const { client } = await the.gateway.client('ann');
      const [call] = the.named('connect');
      expect(call?.data).to.deep.equal({ connectionId: client.id });
      expect(call?.caller).to.include({ userId: 'ann' });
      expect(call?.caller?.connection?.id).to.equal(client.id);
      expect(the.gateway.server.connections()).to.equal(1);
      const { id } = client;
      client.disconnect();
      await until(() => the.named('disconnect').length === 1);
      expect(the.named('disconnect')[0]?.data).to.deep.equal({ connectionId: id });
      expect(the.gateway.server.connections()).to.equal(0);
    });

    it('carries out a disconnection after the connection that it ends, when the client goes half-way', async () => {
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      let finish: (result: Partial<Result>) => void = () => {};
      the.gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const client = the.gateway.dial({ token: 'ann' });
      client.connect();
      await until(() => the.named('connect').length === 1);
      client.disconnect();
      await until(() => the.gateway.server.io.engine.clientsCount === 0);
      expect(the.named('disconnect')).to.have.length(0);
      finish({ rooms: ['user:ann'] });
      await until(() => the.named('disconnect').length === 1);
      expect([...the.gateway.server.io.of('/').adapter.rooms.keys()]).to.deep.equal([]);
    });

    it('tries a disconnection again while the trouble passes by itself', async () => {
      let attempts = 0;
      the.gateway.invoker.on('disconnect', () => {
        attempts += 1;
        if (attempts === 1) throw new Failure('unavailable', 'away');
        return {};
      });
      (await the.gateway.client('ann')).client.disconnect();
      await until(() => attempts === 2);
    });

    it('says that it is full when it is, and takes the next one when somebody has gone', async () => {
      await the.reopen({ bounds: createBounds({ limits: { joined: { each: 4, all: 4 } } }) });
      const held = await Promise.all(['a', 'b', 'c', 'd'].map(user => the.gateway.client(user)));
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      expect(await refusedWith({ token: 'ann' })).to.deep.include({
        message: 'this gateway is full',
        data: { code: 'unavailable', retryAfterMs: 5_000 },
      });
      expect(the.named('connect')).to.have.length(4);
      expect(the.gateway.server.connections()).to.equal(4);
      held[0]?.client.disconnect();
      await until(() => the.gateway.server.connections() === 3);
      expect((await the.gateway.client('ann')).client.connected).to.equal(true);
    });

    it('does not even take up more transports than may wait for being let in', async () => {
      await the.reopen({ bounds: createBounds({ limits: { halfOpen: { each: 10, all: 5 } } }) });
      const transports = await Promise.all(Array.from({ length: 9 }, () => rawWebSocket(the.gateway.port)));
      expect(transports.filter(({ heard }) => heard().startsWith('HTTP/1.1 101'))).to.have.length(5);
      expect(transports.filter(({ heard }) => /^HTTP\/1\.1 400 .*full/s.test(heard()))).to.have.length(4);
      for (const { socket } of transports) socket.destroy();
    });

    it('refuses a second handshake over the same transport', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      the.gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const web = await rawWebSocket(the.gateway.port);
      for (let index = 0; index < 5; index += 1) web.send('40{"token":"ann"}');
      await until(() => web.heard().split('44{').length === 5);
      finish({});
      await until(() => web.heard().includes('40{"sid"'));
      expect(the.named('connect')).to.have.length(1);
      web.socket.destroy();
      await until(the.gone);
    });

    it('has the rooms of a client before it hears anything of it', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      the.gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      the.gateway.invoker.on('ask', ({ caller }) => ({ reply: { inside: caller?.connection?.inRoom('chat:1') } }));
      const client = the.gateway.dial({ token: 'ann' });
      client.connect();
      const early = ask(client, 'ask', {});
      await until(() => the.named('connect').length === 1);
      expect(the.named('connect')[0]?.caller?.connection?.inRoom('chat:1')).to.equal(false);
      expect(the.named('ask')).to.have.length(0);
      finish({ rooms: ['chat:1'] });
      expect(await early).to.deep.equal({ ok: true, data: { inside: true } });
    });

    it('lets what is emitted while connect thinks win over what connect had read', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      the.gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const client = the.gateway.dial({ token: 'ann' });
      client.connect();
      await until(() => the.named('connect').length === 1);
      the.gateway.server.receiver.apply([
        { leave: 'chat:1', of: 'user:ann' },
        { join: 'chat:2', of: 'user:ann' },
        { join: 'chat:3', of: 'user:bob' },
        { join: 'chat:4', of: 'user:ann' },
        { leave: 'chat:4', of: 'user:ann' },
      ]);
      finish({ rooms: ['user:ann', 'chat:1'] });
      await once(client as never, 'connect');
      const { adapter } = the.gateway.server.io.of('/');
      expect([...(adapter.sids.get(client.id ?? '') ?? [])]).to.have.members([client.id, 'user:ann', 'chat:2']);
    });

    it('does not let in who was closed while connect thought', async () => {
      let finish: (result: Partial<Result>) => void = () => {};
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      the.gateway.invoker.on('connect', () => new Promise<Partial<Result>>(resolve => (finish = resolve)));
      const client = the.gateway.dial({ token: 'ann' });
      const refused = once(client as never, 'connect_error');
      client.connect();
      await until(() => the.named('connect').length === 1);
      the.gateway.server.receiver.apply([{ close: 'session:ann' }]);
      finish({ rooms: ['user:ann', 'session:ann'] });
      expect((await refused)[0].data).to.deep.equal({ code: 'unauthorized' });
      expect(the.gateway.server.connections()).to.equal(0);
    });
  });
});
