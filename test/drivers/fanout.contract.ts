/** What every fan-out promises, told with two gateways and a publisher that is no gateway. */
import { expect } from 'chai';
import type { Fanout } from '#runtime/contract/ports.js';
import { emitAll } from '#runtime/core/emit.js';
import type { GatewayFanout } from '#runtime/drivers/socketio/gateway-fanout.js';
import type { SocketServerOptions } from '#runtime/drivers/socketio/server.js';
import { until } from '../support/eventually.js';
import { type Heard, type TestGateway, testGateway } from '../support/gateway.js';

export interface Stage {
  /** One for each gateway; they may be the same. */
  readonly fanouts: readonly [GatewayFanout, GatewayFanout];
  /** Publishes, and has no connections. */
  readonly elsewhere: Fanout;
  close(): Promise<void>;
}

/** What a gateway's sockets are told of its fan-out. */
export const seenBy = ({ current, interest }: GatewayFanout): Partial<SocketServerOptions> => ({
  current,
  ...(interest && { interest }),
});

export function fanoutContract(name: string, makeStage: () => Promise<Stage>): void {
  describe(`${name} keeps the contract of fan-outs`, () => {
    let stage: Stage;
    let gateways: [TestGateway, TestGateway];
    let ann: Heard;
    let bob: Heard;

    beforeEach(async () => {
      stage = await makeStage();
      const made = stage.fanouts.map(async fanout => {
        const gateway = await testGateway(seenBy(fanout));
        gateway.invoker.on('connect', ({ caller }) => ({ rooms: [`user:${caller?.userId}`, 'chat:1'] }));
        fanout.attach(gateway.server);
        return gateway;
      });
      gateways = (await Promise.all(made)) as [TestGateway, TestGateway];
      await until(() => stage.fanouts.every(fanout => fanout.current()));
      [ann, bob] = await Promise.all([gateways[0].client('ann'), gateways[1].client('bob')]);
    });
    afterEach(async () => {
      await Promise.all(gateways.map(gateway => gateway.close()));
      await stage.close();
    });

    const publishers = (): Fanout[] => [stage.elsewhere, ...stage.fanouts];
    const inRoom = (room: string): string[] =>
      gateways.flatMap(({ server }) => [...(server.io.of('/').adapter.rooms.get(room) ?? [])]);
    const names = ({ events }: Heard): string[] => events.map(([event]) => event);

    it('reaches the connections of every gateway, once each, from wherever it is emitted', async () => {
      for (const [index, fanout] of publishers().entries()) {
        await fanout.emit([{ send: 'news', data: { index }, to: ['chat:1', 'user:ann', 'user:bob'] }]);
      }
      await until(() => ann.events.length >= 3 && bob.events.length >= 3);
      const heard = [0, 1, 2].map(index => ['news', { index }]);
      expect(ann.events).to.have.deep.members(heard);
      expect(bob.events).to.have.deep.members(heard);
    });

    it('leaves out those that are excepted, and rooms that nobody is in', async () => {
      await stage.elsewhere.emit([
        { send: 'not-ann', data: {}, to: ['chat:1'], except: ['user:ann'] },
        { send: 'nobody', data: {}, to: ['chat:9'] },
        { send: 'last', data: {}, to: ['chat:1'] },
      ]);
      await until(() => [ann, bob].every(heard => names(heard).at(-1) === 'last'));
      expect([names(ann), names(bob)]).to.deep.equal([['last'], ['not-ann', 'last']]);
    });

    it('reaches of the rooms named only connections that are within another one as well', async () => {
      await stage.elsewhere.emit([{ join: 'chat:2', of: 'user:ann' }]);
      await until(() => inRoom('chat:2').length === 1);
      await stage.elsewhere.emit([
        { send: 'news', data: {}, to: ['user:ann', 'user:bob', 'chat:1'], within: 'chat:2' },
        { send: 'nobody', data: {}, to: ['user:bob'], within: 'chat:2' },
        { send: 'last', data: {}, to: ['chat:1'] },
      ]);
      await until(() => [ann, bob].every(heard => names(heard).at(-1) === 'last'));
      expect([names(ann), names(bob)]).to.deep.equal([['news', 'last'], ['last']]);
    });

    it('has every connection of a refreshed room ask for its rooms before it is answered that it has', async () => {
      for (const gateway of gateways) gateway.invoker.on('connect', () => ({ rooms: ['chat:3'] }));
      await stage.elsewhere.emit([{ refresh: 'chat:1' }]);
      await until(() => inRoom('chat:3').length === 2 && inRoom('chat:1').length === 0);
    });

    it('has one order for all gateways', async () => {
      const emitted = publishers().flatMap((fanout, from) =>
        Array.from({ length: 50 }, (_, number) =>
          fanout.emit([{ send: 'news', data: { from, number }, to: ['chat:1'] }]),
        ),
      );
      await Promise.all(emitted);
      await until(() => ann.events.length === 150 && bob.events.length === 150);
      expect(ann.events).to.deep.equal(bob.events);
      const numbers = ann.events.map(([, data]) => data as { from: number; number: number });
      for (const from of [0, 1, 2]) {
        const own = numbers.filter(each => each.from === from).map(({ number }) => number);
        expect(own).to.deep.equal([...own].sort((a, b) => a - b));
      }
    });

    it('has the promise of a leave kept on every gateway when it resolves', async () => {
      for (const fanout of publishers()) {
        await fanout.emit([{ join: 'chat:2', of: 'chat:1' }]);
        await until(() => inRoom('chat:2').length === 2);
        await fanout.emit([
          { send: 'before', data: {}, to: ['chat:2'] },
          { leave: 'chat:2', of: 'user:ann' },
          { leave: 'chat:2', of: 'user:bob' },
          { send: 'after', data: {}, to: ['chat:2'] },
        ]);
        expect(inRoom('chat:2')).to.deep.equal([]);
      }
      await stage.elsewhere.emit([{ send: 'last', data: {}, to: ['chat:1'] }]);
      await until(() => [ann, bob].every(heard => names(heard).at(-1) === 'last'));
      for (const heard of [ann, bob]) expect(names(heard)).to.deep.equal(['before', 'before', 'before', 'last']);
    });

    it('lets in before what is emitted and puts out after it, on every gateway when it resolves', async () => {
      for (const fanout of publishers()) {
        const ofAnn = { room: 'chat:2', of: 'user:ann' };
        const emit = [{ send: 'hello', data: {}, to: ['chat:2'] }];
        await emitAll({ fanout }, { memberships: [{ ...ofAnn, is: 'in' }], emit }, () => undefined);
        await until(() => inRoom('chat:2').length === 1);
        const bye = [{ send: 'bye', data: {}, to: ['chat:2'] }];
        await emitAll({ fanout }, { memberships: [{ ...ofAnn, is: 'out' }], emit: bye }, () => undefined);
        expect(inRoom('chat:2')).to.deep.equal([]);
      }
      await until(() => inRoom('chat:1').length === 2);
      await stage.elsewhere.emit([{ send: 'last', data: {}, to: ['chat:1'] }]);
      await until(() => [ann, bob].every(heard => names(heard).at(-1) === 'last'));
      const eachTime = publishers().flatMap(() => ['hello', 'bye']);
      expect([names(ann), names(bob)]).to.deep.equal([[...eachTime, 'last'], ['last']]);
    });

    it('has closed the connections of a room on every gateway when it resolves', async () => {
      await stage.elsewhere.emit([{ close: 'chat:1' }]);
      expect(gateways.map(({ server }) => server.connections())).to.deep.equal([0, 0]);
      await until(() => !ann.client.connected && !bob.client.connected);
    });

    it('carries a reply to the process that it is for', async () => {
      const [one, two] = stage.fanouts;
      const heard: unknown[] = [];
      if (two !== one) two.onReply(replies => heard.push('a stray', ...replies));
      one.onReply(replies => heard.push(...replies));
      const address = one.address();
      for (const fanout of publishers()) {
        heard.length = 0;
        fanout.reply(address, [
          { id: '1', reply: { seq: 7 } },
          { id: '2', reply: null },
        ]);
        await until(() => heard.length >= 2);
        expect(heard).to.deep.equal([
          { id: '1', reply: { seq: 7 } },
          { id: '2', reply: null },
        ]);
      }
    });

    it('shrugs at a reply to a process that has gone', async () => {
      stage.elsewhere.reply('nobody at all', [{ id: '1', reply: null }]);
      await stage.elsewhere.emit([{ send: 'news', data: {}, to: ['chat:1'] }]);
      await until(() => names(ann).includes('news'));
    });

    it('is content with nothing', async () => {
      await stage.elsewhere.emit([]);
      expect(stage.elsewhere.state()).to.equal('up');
    });

    it('closes more than once', async () => {
      await stage.elsewhere.close();
      await stage.elsewhere.close();
    });
  });
}
