/** Every kind of packet of Engine.IO (4) and Socket.IO (5), packet by packet over both transports, as the protocols say. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { callerOf } from '../../support/gateway.js';
import { type Dial, dialPolling, dialWebSocket, type Packet, poll, type RawEngine } from '../../support/raw-engine.js';
import { stage } from './stage.js';

const PING = { everyMs: 400, answeredWithinMs: 400 };

describe('socket.io driver', () => {
  const the = stage();
  const dialled: RawEngine[] = [];
  afterEach(() => {
    for (const each of dialled.splice(0)) each.close();
  });
  const count = () => the.gateway.server.io.engine.clientsCount;

  /** A connection that has been opened. */
  async function opened(dial: Dial): Promise<RawEngine> {
    const raw = dial(the.gateway.port);
    dialled.push(raw);
    await until(() => raw.heard.length > 0);
    return raw;
  }

  /** One whose client has joined. */
  async function joined(dial: Dial): Promise<RawEngine> {
    the.gateway.invoker.tokens.set('ann', callerOf('ann'));
    const raw = await opened(dial);
    raw.send('40{"token":"ann"}');
    await until(() => raw.heard.some(packet => /^40\{"sid":"[^"]+"\}$/.test(packet)));
    return raw;
  }

  const isServed = async (raw: RawEngine): Promise<void> => {
    raw.send('4277["ask",{}]');
    await until(() => raw.heard.includes('4377[{"ok":true,"data":{}}]'));
  };

  for (const [transport, dial] of [
    ['websocket', dialWebSocket()],
    ['polling', dialPolling],
  ] as const) {
    describe(`Engine.IO over ${transport}`, () => {
      it('opens with its number, its upgrades, its times and its limit', async () => {
        const raw = await opened(dial);
        expect(raw.heard[0]?.[0]).to.equal('0');
        const { sid, ...rest } = JSON.parse(raw.heard[0]?.slice(1) ?? '');
        expect(sid).to.match(/^[\w-]{20,}$/);
        expect(rest).to.deep.equal({
          upgrades: transport === 'polling' ? ['websocket'] : [],
          pingInterval: 30_000,
          pingTimeout: 15_000,
          maxPayload: 1_048_576,
        });
      });

      it('pings, and stays while it is answered', async () => {
        await the.reopen({ ping: PING });
        const raw = await opened(dial);
        for (let times = 1; times <= 3; times += 1) {
          await until(() => raw.heard.filter(packet => packet === '2').length === times);
          raw.send('3');
        }
        expect(raw.ended).to.equal(false);
      });

      it('ends when a ping is not answered', async () => {
        await the.reopen({ ping: PING });
        const raw = await opened(dial);
        await until(() => raw.heard.includes('2'));
        await until(() => raw.ended && count() === 0);
      });

      it('takes several packets at once, in order', async () => {
        const raw = await joined(dial);
        raw.send('421["ask",{}]', '6', '422["ask",{}]', '3', '423["ask",{}]');
        const answers = () => raw.heard.filter(packet => packet.startsWith('43')).map(packet => packet.slice(2, 3));
        await until(() => answers().length === 3);
        expect(answers()).to.deep.equal(['1', '2', '3']);
      });

      for (const [kind, packet] of [
        ['an open packet', '0{"sid":"x"}'],
        ['a pong that nobody waits for', '3'],
        ['a noop', '6'],
        ['an upgrade where there is none', '5'],
      ] as const) {
        it(`does nothing at ${kind}`, async () => {
          const raw = await joined(dial);
          raw.send(packet);
          await isServed(raw);
        });
      }

      for (const [kind, packet] of [
        ['a ping, which is the server’s', '2'],
        ['a packet of no kind', '9'],
        ['an empty packet', ''],
        ['bytes that nothing announced', Buffer.from([1, 2, 3])],
      ] as const) {
        it(`ends at ${kind}`, async () => {
          const raw = await joined(dial);
          raw.send(packet);
          await until(() => raw.ended && count() === 0);
          await until(() => the.named('disconnect').length === 1);
        });
      }
    });

    describe(`Socket.IO over ${transport}`, () => {
      it('connects with a number that is not Engine.IO’s', async () => {
        const raw = await joined(dial);
        const [{ sid }, connected] = [JSON.parse(raw.heard[0]?.slice(1) ?? ''), raw.heard.at(-1)];
        expect(connected).not.to.contain(sid);
      });

      for (const auth of ['', '{}', '{"token":"no"}', '{"token":{}}']) {
        it(`refuses to connect with ${auth || 'nothing'}, and lets another attempt follow`, async () => {
          const raw = await opened(dial);
          raw.send(`40${auth}`);
          await until(() => raw.heard.some(packet => packet.startsWith('44{') && packet.includes('"unauthorized"')));
          the.gateway.invoker.tokens.set('ann', callerOf('ann'));
          raw.send('40{"token":"ann"}');
          await until(() => raw.heard.some(packet => packet.startsWith('40{')));
        });
      }

      it('has one namespace', async () => {
        const raw = await joined(dial);
        raw.send('40/admin,{"token":"ann"}');
        await until(() => raw.heard.includes('44/admin,{"message":"Invalid namespace"}'));
        await isServed(raw);
      });

      it('tells events, which may have an answer, and answers under their number', async () => {
        the.gateway.invoker.on('ask', ({ data }) => ({ reply: data }));
        const raw = await joined(dial);
        raw.send('42["ask",{"n":1}]', '420["ask",{"n":2}]', '42/,12["ask",{"n":3}]');
        await until(() => raw.heard.includes('4312[{"ok":true,"data":{"n":3}}]'));
        expect(raw.heard.filter(packet => packet.startsWith('43'))[0]).to.equal('430[{"ok":true,"data":{"n":2}}]');
        the.gateway.server.receiver.apply([{ send: 'told', data: { n: 4 }, to: ['user:ann'] }]);
        await until(() => raw.heard.includes('42["told",{"n":4}]'));
      });

      const refused: readonly [string, readonly Packet[]][] = [
        ['an event without a payload', ['429']],
        ['an event that nobody hears', ['429["nothing",{}]']],
        ['an event named by a number', ['429[7,{}]']],
        ['an event with an attachment', ['451-9["ask",{"_placeholder":true,"num":0}]', Buffer.from('x')]],
        ['an attachment and nothing else', ['451-9', Buffer.from('x')]],
      ];
      for (const [kind, packets] of refused) {
        it(`answers ${kind} with invalid`, async () => {
          const raw = await joined(dial);
          raw.send(...packets);
          await until(() =>
            raw.heard.some(packet => packet.startsWith('439[{"ok":false') && packet.includes('"invalid"')),
          );
          await isServed(raw);
        });
      }

      const ignored: readonly [string, readonly Packet[]][] = [
        ['an acknowledgement that nobody asked for', ['439["x"]']],
        ['one with bytes', ['461-9[{"_placeholder":true,"num":0}]', Buffer.from('x')]],
        ['one without a payload', ['43']],
      ];
      for (const [kind, packets] of ignored) {
        it(`does nothing at ${kind}`, async () => {
          const raw = await joined(dial);
          raw.send(...packets);
          await isServed(raw);
        });
      }

      const fatal: readonly [string, readonly Packet[]][] = [
        ['its disconnect packet', ['41']],
        ['an event of another namespace', ['42/admin,["ask",{}]']],
        ['a second handshake', ['40{"token":"ann"}']],
        ['a connect error, which is the server’s', ['44{"message":"x"}']],
        ['a packet of no kind', ['47']],
        ['what is no JSON', ['42["ask",{']],
        ['a payload that is no list', ['42{"ask":{}}']],
        ['a reserved event', ['42["disconnect"]']],
        ['more attachments than anybody sends', ['4511-["ask"]']],
        ['no number of attachments', ['45-["ask"]']],
        ['a text where bytes were announced', ['451-["ask"]', '42["ask",{}]']],
        ['a placeholder of no attachment', ['451-["ask",{"_placeholder":true,"num":7}]', Buffer.from('x')]],
      ];
      for (const [kind, packets] of fatal) {
        it(`ends at ${kind}, for its sender alone`, async () => {
          const { client } = await the.gateway.client('bob');
          const raw = await joined(dial);
          raw.send(...packets);
          await until(() => raw.ended && count() === 1);
          expect((await client.emitWithAck('ask', {})).ok).to.equal(true);
        });
      }

      it('ends at an event of who has not joined', async () => {
        const raw = await opened(dial);
        raw.send('421["ask",{}]');
        await until(() => raw.ended && count() === 0);
        expect(the.named('ask')).to.have.length(0);
      });
    });
  }

  describe('Engine.IO over polling alone', () => {
    const handshake = async (): Promise<string> =>
      `&sid=${JSON.parse((await poll(the.gateway.port)).text.slice(1)).sid}`;

    for (const [kind, query, sending, code] of [
      ['a transport that there is not', '&transport=x', {}, undefined],
      ['a session that there is not', '&sid=nobody', {}, 1],
      ['a session by the name of a member', '&sid=__proto__', {}, 1],
      ['a handshake by POST', '', { method: 'POST', body: '40' }, 2],
      ['another revision of the protocol', '&EIO=3', {}, undefined],
    ] as const) {
      it(`refuses ${kind}`, async () => {
        const { status, text } = await poll(the.gateway.port, query, sending);
        expect(status).to.equal(400);
        if (code !== undefined) expect(JSON.parse(text).code).to.equal(code);
      });
    }

    it('ends at two polls at a time', async () => {
      const sid = await handshake();
      const [one, two] = await Promise.all([poll(the.gateway.port, sid), poll(the.gateway.port, sid)]);
      expect([one.status, two.status].sort()).to.deep.equal([200, 400]);
      expect(count()).to.equal(0);
    });

    it('ends at a body of bytes', async () => {
      const sid = await handshake();
      const headers = { 'content-type': 'application/octet-stream' };
      expect((await poll(the.gateway.port, sid, { method: 'POST', body: 'x', headers })).status).to.equal(400);
      expect(count()).to.equal(0);
    });

    it('answers what was posted, and ends at a close packet with a noop for who waits', async () => {
      const sid = await handshake();
      const waiting = poll(the.gateway.port, sid);
      expect(await poll(the.gateway.port, sid, { method: 'POST', body: '1' })).to.deep.equal({
        status: 200,
        text: 'ok',
      });
      expect((await waiting).text).to.equal('6');
      expect(count()).to.equal(0);
    });

    it('changes to a WebSocket that was probed, and then takes no more polls', async () => {
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      const sid = await handshake();
      await poll(the.gateway.port, sid, { method: 'POST', body: '40{"token":"ann"}' });
      await until(() => the.gateway.server.connections() === 1);
      expect((await poll(the.gateway.port, sid)).text).to.match(/^40\{/);
      const waiting = poll(the.gateway.port, sid);
      const web = dialWebSocket(sid)(the.gateway.port);
      dialled.push(web);
      web.send('2probe');
      await until(() => web.heard.includes('3probe'));
      expect((await waiting).text).to.equal('6');
      web.send('5', '421["ask",{}]');
      await until(() => web.heard.includes('431[{"ok":true,"data":{}}]'));
      expect((await poll(the.gateway.port, sid)).status).to.equal(400);
      await isServed(web);
    });

    it('stays with polling when the probe is none', async () => {
      const sid = await handshake();
      const web = dialWebSocket(sid)(the.gateway.port);
      dialled.push(web);
      web.send('40{"token":"ann"}');
      await until(() => web.ended);
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      await poll(the.gateway.port, sid, { method: 'POST', body: '40{"token":"ann"}' });
      expect((await poll(the.gateway.port, sid)).text).to.match(/^40\{/);
    });
  });
});
