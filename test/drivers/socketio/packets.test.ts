/** What is sent arrives as it was, whatever it holds and however long, over every transport. */
import { once } from 'node:events';
import { expect } from 'chai';
import { io as connectTo } from 'socket.io-client';
import { until } from '../../support/eventually.js';
import { callerOf } from '../../support/gateway.js';
import { ask, stage } from './stage.js';

/** Where the head of a frame grows: at 126 and at 65,536 bytes, of which UTF-8 needs up to four a character. */
const TEXTS = [
  '',
  ...[90, 96, 97, 98, 99, 100, 101, 110, 65_500, 65_507, 65_508, 65_520, 200_000].map(size => 'x'.repeat(size)),
  'ü'.repeat(60),
  '😀'.repeat(20_000),
  '"\\\n\u2028\0',
];

describe('socket.io driver', () => {
  const the = stage();

  describe('packets', () => {
    for (const transport of ['websocket', 'polling']) {
      it(`bring every text over ${transport}, in order`, async () => {
        the.gateway.invoker.tokens.set('ann', callerOf('ann'));
        const client = connectTo(`http://127.0.0.1:${the.gateway.port}`, {
          ...{ auth: { token: 'ann' }, transports: [transport], forceNew: true, reconnection: false },
        });
        const heard: string[] = [];
        client.on('text', ({ text }: { text: string }) => heard.push(text));
        await once(client as never, 'connect');

        the.gateway.server.receiver.apply(TEXTS.map(text => ({ send: 'text', data: { text }, to: ['user:ann'] })));
        await until(() => heard.length === TEXTS.length);
        expect(heard).to.deep.equal(TEXTS);

        the.gateway.invoker.on('ask', ({ data }) => ({ reply: data }));
        for (const text of TEXTS)
          expect(await ask(client, 'ask', { text })).to.deep.equal({ ok: true, data: { text } });
        client.disconnect();
      });
    }

    it('reach those who change to another transport meanwhile, none lost and none twice', async () => {
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      const client = connectTo(`http://127.0.0.1:${the.gateway.port}`, {
        ...{ auth: { token: 'ann' }, forceNew: true, reconnection: false },
      });
      const heard: number[] = [];
      client.on('count', ({ n }: { n: number }) => heard.push(n));
      await once(client as never, 'connect');
      let n = 0;
      await until(() => {
        the.gateway.server.receiver.apply([{ send: 'count', data: { n: n++ }, to: ['user:ann'] }]);
        return client.io.engine.transport.name === 'websocket';
      });
      await until(() => heard.length === n);
      expect(heard).to.deep.equal(Array.from({ length: n }, (_, at) => at));
      client.disconnect();
    });
  });
});
