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
    it('come to all who connected about the same time in one go, again and again, and keep them connected', async () => {
      const ann = await the.gateway.client('ann');
      await pause(120);
      const bob = await the.gateway.client('bob');
      const began = performance.now();
      const pings = [ann, bob].map(({ client }) => {
        const heard: number[] = [];
        client.io.on('ping', () => heard.push(performance.now() - began));
        return heard;
      });
      await until(() => pings.every(heard => heard.length === 3), 8_000);
      const [anns = [], bobs = []] = pings;
      // Unless the half second ends between the two: then they are pinged in two goes from then on.
      for (const [at, ms] of anns.entries()) expect(Math.abs(ms - (bobs[at] ?? 0))).to.be.lessThan(600);
      for (const heard of pings) {
        const gaps = heard.slice(1).map((ms, at) => ms - (heard[at] ?? 0));
        for (const gap of gaps) expect(gap).to.be.within(PING.everyMs - 300, PING.everyMs + 600);
      }
      expect([ann, bob].map(({ client }) => client.connected)).to.deep.equal([true, true]);
    });

    it('that are not answered in time end the connection', async () => {
      const web = await rawWebSocket(the.gateway.port);
      await until(() => web.heard().includes('"sid"'));
      const began = performance.now();
      await until(() => the.gateway.server.io.engine.clientsCount === 0);
      web.socket.destroy();
      expect(web.heard()).to.contain(`"pingInterval":${PING.everyMs},"pingTimeout":${PING.answeredWithinMs}`);
      const gone = PING.everyMs + PING.answeredWithinMs;
      expect(performance.now() - began).to.be.within(gone - 300, gone + 900);
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
