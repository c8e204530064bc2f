/** Who is pinged when, and what becomes of those who do not answer. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { rawWebSocket } from '../../support/raw-websocket.js';
import { stage } from './stage.js';

const PING = { everyMs: 1_000, answeredWithinMs: 700 };

describe('socket.io driver', () => {
  const the = stage();
  beforeEach(() => the.reopen({ ping: PING }));

  describe('pings', () => {
    it('come again and again, and keep a client connected that answers', async () => {
      const { client } = await the.gateway.client('ann');
      const heard: number[] = [];
      client.io.on('ping', () => heard.push(performance.now()));
      await until(() => heard.length === 3);
      for (const [at, ms] of heard.slice(1).entries())
        expect(ms - (heard[at] ?? 0)).to.be.within(PING.everyMs - 50, PING.everyMs + 600);
      expect(client.connected).to.equal(true);
    });

    it('that are not answered in time end the connection', async () => {
      const web = await rawWebSocket(the.gateway.port);
      await until(() => web.heard().includes('"sid"'));
      const began = performance.now();
      await until(() => the.gateway.server.io.engine.clientsCount === 0);
      web.socket.destroy();
      expect(web.heard()).to.contain(`"pingInterval":${PING.everyMs},"pingTimeout":${PING.answeredWithinMs}`);
      const gone = PING.everyMs + PING.answeredWithinMs;
      expect(performance.now() - began).to.be.within(gone - 50, gone + 900);
    });

    it('do not come to who has gone', async () => {
      const web = await rawWebSocket(the.gateway.port);
      await until(() => web.heard().includes('"sid"'));
      web.socket.destroy();
      await until(() => the.gateway.server.io.engine.clientsCount === 0);
      const ann = await the.gateway.client('ann');
      await pause(PING.everyMs + 500);
      expect(ann.client.connected).to.equal(true);
    });
  });
});
