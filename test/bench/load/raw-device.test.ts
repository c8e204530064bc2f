import { expect } from 'chai';
import type { Connect } from '#tools/bench/load/device.js';
import { connectPlain } from '#tools/bench/load/plain-device.js';
import { connectRaw } from '#tools/bench/load/raw-device.js';
import { eventually } from '../../support/eventually.js';
import { type TestGateway, testGateway } from '../../support/gateway.js';

const clients: readonly [string, Connect][] = [
  ['lean', connectRaw],
  ['plain', connectPlain],
];

for (const [name, connect] of clients) {
  describe(`the ${name} load client`, () => {
    let gateway: TestGateway;
    const url = () => `http://127.0.0.1:${gateway.port}`;

    beforeEach(async () => {
      gateway = await testGateway();
      await gateway.client('ann');
      gateway.invoker.on('ask', ({ data }) => ({ reply: { size: JSON.stringify(data).length, name: 'x' } }));
    });
    afterEach(() => gateway.close());

    it('is told what its events came to, whatever their size', async () => {
      const device = await connect(url(), 'ann');
      for (const size of [1, 125, 126, 1_000, 60_000]) {
        const answer = await new Promise<(name: string) => string | undefined>(resolve =>
          device.ask('ask', { text: 'x'.repeat(size) }, resolve),
        );
        expect([answer('ok'), answer('size'), answer('name')]).to.deep.equal(['true', String(size + 11), 'x']);
      }
      device.close();
    });

    it('hears what is emitted to it, of any size, in order', async () => {
      const device = await connect(url(), 'ann');
      const heard: (string | undefined)[] = [];
      device.onEvent = (event, data) => heard.push(event, data('seq'));
      const texts = [1, 200, 70_000].map(size => 'x'.repeat(size));
      for (const [seq, text] of texts.entries()) gateway.server.io.emit('news', { text, seq });
      await eventually('everything is heard', () => heard.length === 6);
      expect(heard).to.deep.equal(['news', '0', 'news', '1', 'news', '2']);
      device.close();
    });

    it('is refused without a token, and says when its connection ends', async () => {
      expect(await connect(url(), 'nobody').catch(error => error)).to.be.an('error');
      const device = await connect(url(), 'ann');
      const lost = new Promise(resolve => {
        device.onLost = resolve;
      });
      gateway.server.io.disconnectSockets(true);
      await lost;
    });
  });
}
