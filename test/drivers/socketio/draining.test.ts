/** How the socket driver sends everybody elsewhere. */
import { once } from 'node:events';
import { expect } from 'chai';
import type { Socket as Client } from 'socket.io-client';
import { until } from '../../support/eventually.js';
import { ask, stage } from './stage.js';

describe('socket.io driver', () => {
  const the = stage();

  describe('draining', () => {
    it('tells everybody, answers what was asked, and cuts off one after the other', async () => {
      const clients = await Promise.all(Array.from({ length: 8 }, (_, index) => the.gateway.client(`user-${index}`)));
      let finish: (value: object) => void = () => {};
      the.gateway.invoker.on('ask', () => new Promise<object>(resolve => (finish = resolve)));
      const last = ask(clients[0]?.client as Client, 'ask', {});
      await until(() => the.named('ask').length === 1);
      const left: number[] = [];
      const reasons: string[] = [];
      for (const { client } of clients) {
        client.on('disconnect', reason => {
          left.push(Date.now());
          reasons.push(reason);
        });
      }
      const drained = the.gateway.server.drain(1000);
      await until(() => clients.every(({ events }) => events[0]?.[0] === 'server:draining'));
      await until(() => left.length === 7);
      const late = the.gateway.dial({ token: 'user-0' });
      const refused = once(late as never, 'connect_error');
      late.connect();
      await refused;
      finish({ reply: { done: true } });
      expect(await last).to.deep.equal({ ok: true, data: { done: true } });
      await drained;
      expect(the.gateway.server.connections()).to.equal(0);
      expect(the.named('disconnect')).to.have.length(8);
      expect(Math.max(...left) - Math.min(...left)).to.be.greaterThan(200);
      expect(new Set(reasons)).to.deep.equal(new Set(['transport close']));
    });

    it('ends in time although somebody never gets an answer', async () => {
      const { client } = await the.gateway.client('ann');
      the.gateway.invoker.on('ask', () => new Promise(() => {}));
      client.emit('ask', {}, () => {});
      await until(() => the.named('ask').length === 1);
      const began = Date.now();
      await the.gateway.server.drain(500);
      expect(Date.now() - began).to.be.within(300, 900);
      await until(the.gone);
    });
  });
});
