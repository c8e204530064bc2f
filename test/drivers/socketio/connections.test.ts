/** What a connection does and how it ends, whatever it came over, and which answers to pings count. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { type Socket as Client, io as connectTo } from 'socket.io-client';
import { until } from '../../support/eventually.js';
import { callerOf } from '../../support/gateway.js';
import { type RawWebSocket, rawWebSocket } from '../../support/raw-websocket.js';
import { ask, stage } from './stage.js';

const PING = { everyMs: 600, answeredWithinMs: 600 };

describe('socket.io driver', () => {
  const the = stage();
  beforeEach(async () => {
    await the.reopen({ ping: PING });
    the.gateway.invoker.on('ask', ({ data }) => ({ reply: data }));
  });

  async function expectAlive(client: Client): Promise<void> {
    expect(await ask(client, 'ask', { n: 1 })).to.deep.equal({ ok: true, data: { n: 1 } });
    const told = once(client as never, 'told');
    the.gateway.server.receiver.apply([{ send: 'told', data: { n: 2 }, to: ['user:ann'] }]);
    expect(await told).to.deep.equal([{ n: 2 }]);
  }

  /** Without another round trip after it has come in. */
  async function connected(transports: string[]): Promise<Client> {
    the.gateway.invoker.tokens.set('ann', callerOf('ann'));
    const client = connectTo(`http://127.0.0.1:${the.gateway.port}`, {
      ...{ auth: { token: 'ann' }, transports, forceNew: true, reconnection: false },
    });
    await once(client as never, 'connect');
    return client;
  }

  describe('connections', () => {
    it('do everything over WebSocket, before and after pings', async () => {
      const client = await connected(['websocket']);
      let pings = 0;
      client.io.on('ping', () => pings++);
      await expectAlive(client);
      await until(() => pings === 2);
      await expectAlive(client);
      client.disconnect();
      await until(the.gone);
      expect(the.gateway.server.io.engine.clientsCount).to.equal(0);
      await until(() => the.named('disconnect').length === 1);
    });

    it('do everything after they have changed to WebSocket', async () => {
      const client = await connected(['polling', 'websocket']);
      await until(() => client.io.engine.transport.name === 'websocket');
      await expectAlive(client);
      let pings = 0;
      client.io.on('ping', () => pings++);
      await until(() => pings === 2);
      await expectAlive(client);
      client.disconnect();
      await until(the.gone);
      expect(the.gateway.server.io.engine.clientsCount).to.equal(0);
    });

    it('are pinged, answer and end over polling alone', async () => {
      const client = await connected(['polling']);
      let pings = 0;
      client.io.on('ping', () => pings++);
      await expectAlive(client);
      await until(() => pings === 3);
      await expectAlive(client);
      client.disconnect();
      await until(the.gone);
      expect(the.gateway.server.io.engine.clientsCount).to.equal(0);
    });

    for (const transports of [['websocket'], ['polling']]) {
      it(`are sent away, and cut off, over ${transports}`, async () => {
        const client = await connected(transports);
        const reason = once(client as never, 'disconnect');
        the.gateway.server.receiver.apply([{ close: 'user:ann' }]);
        expect((await reason)[0]).to.equal('io server disconnect');
        await until(the.gone);
        await until(() => the.named('disconnect').length === 1);
      });
    }

    it('end when the network does', async () => {
      const { web } = await raw();
      web.socket.resetAndDestroy();
      await until(the.gone);
      await until(() => the.named('disconnect').length === 1);
      expect(the.gateway.server.io.engine.clientsCount).to.equal(0);
    });
  });

  /** One that has been let in, with what its answers to pings are made of. */
  async function raw(): Promise<{
    web: RawWebSocket;
    pinged: () => Promise<boolean>;
    write: (...bytes: number[]) => void;
  }> {
    the.gateway.invoker.tokens.set('ann', callerOf('ann'));
    const web = await rawWebSocket(the.gateway.port);
    web.send('40{"token":"ann"}');
    await until(() => web.heard().includes('40{"sid"'));
    let heard = 0;
    const count = () => web.heard().split('\x81\x012').length - 1;
    const pinged = () =>
      until(() => count() > heard).then(() => {
        heard = count();
        return true;
      });
    return { web, pinged, write: (...bytes) => void web.socket.write(Uint8Array.from(bytes)) };
  }
  const MASKED_PONG = [0x81, 0x81, 1, 2, 3, 4, '3'.charCodeAt(0) ^ 1];

  describe('answers to pings', () => {
    it('count whether they come whole, in pieces, or together with something else', async () => {
      const { web, pinged, write } = await raw();
      await pinged();
      write(...MASKED_PONG);
      await pinged();
      write(...MASKED_PONG.slice(0, 3));
      await pause(50);
      write(...MASKED_PONG.slice(3));
      await pinged();
      const event = Buffer.from('421["ask",{"n":1}]');
      write(...MASKED_PONG, 0x81, 0x80 | event.length, 0, 0, 0, 0, ...event);
      await until(() => web.heard().includes('431[{"ok":true'));
      await pinged();
      write(...MASKED_PONG);
      await pinged();
      web.socket.destroy();
    });

    /** What would be an answer comes in the middle of something, which is no packet then: the connection ends. */
    async function endsAfter(...begun: readonly number[]): Promise<void> {
      const { web, pinged, write } = await raw();
      await pinged();
      write(...begun);
      await pause(50);
      write(...MASKED_PONG);
      await until(the.gone);
      web.socket.destroy();
    }

    // The head of a frame of seven bytes, and as those what would be an answer by itself: a packet of no known type.
    it('that look like one in the middle of something else are not one', () => endsAfter(0x81, 0x87, 0, 0, 0, 0));

    it('between the parts of a message are an error, as they are in the protocol', () =>
      endsAfter(0x01, 0x81, 0, 0, 0, 0, '4'.charCodeAt(0)));

    it('of another kind, WebSocket’s own, are given and taken', async () => {
      const { web, pinged, write } = await raw();
      await pinged();
      write(...MASKED_PONG);
      write(0x89, 0x81, 0, 0, 0, 0, 0x21);
      await until(() => web.heard().endsWith('\x8a\x01!'));
      write(0x8a, 0x80, 0, 0, 0, 0);
      await pinged();
      write(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8);
      await until(() => web.heard().endsWith('\x88\x02\x03\xe8'));
      await until(the.gone);
    });

    it('that nobody waits for do no harm', async () => {
      const { web, pinged, write } = await raw();
      for (let index = 0; index < 3; index += 1) {
        write(...MASKED_PONG);
        await pause(20);
      }
      await pinged();
      write(...MASKED_PONG);
      await pinged();
      web.socket.destroy();
    });

    it('that are missing end the connection', async () => {
      const { web, pinged } = await raw();
      await pinged();
      const began = performance.now();
      await until(the.gone);
      expect(performance.now() - began).to.be.within(PING.answeredWithinMs - 50, PING.answeredWithinMs + 700);
      web.socket.destroy();
    });
  });
});
