/** What one client, or one network, can take from the others: of connections that never join, and of bytes both ways. */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { createBounds, type Limits, UNCOUNTED } from '#runtime/http/bounds/bounds.js';
import { until } from '../../support/eventually.js';
import { callerOf } from '../../support/gateway.js';
import { type RawWebSocket, rawWebSocket } from '../../support/raw-websocket.js';
import { ask, stage } from './stage.js';

const KIB = 1024;
const MANY = 1_000_000;
const within = (limits: Partial<Limits>) => ({ bounds: createBounds({ limits }) });

describe('socket.io driver', () => {
  const the = stage();
  const agents = new Map<string, Agent>();
  const raw: RawWebSocket[] = [];
  const count = () => the.gateway.server.io.engine.clientsCount;
  afterEach(() => {
    for (const agent of agents.values()) agent.destroy();
    agents.clear();
    for (const { socket } of raw.splice(0)) socket.destroy();
  });

  const PATH = '/socket.io/?EIO=4&transport=polling';
  interface Answer {
    readonly status: number;
    readonly text: string;
  }

  interface Sending {
    readonly from?: string;
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly write?: (to: ClientRequest) => void;
  }
  const end = (to: ClientRequest): void => void to.end();

  /** A request of polling from an address of its own of this machine; its body is what `write` writes. */
  function poll(
    path: string,
    { from = '127.0.0.1', method = 'GET', headers = {}, write = end }: Sending = {},
  ): Promise<Answer> {
    const agent = agents.get(from) ?? new Agent({ keepAlive: true, maxSockets: 40, localAddress: from });
    agents.set(from, agent);
    return new Promise(resolve => {
      const sent = request({ port: the.gateway.port, host: '127.0.0.1', agent, path, method, headers });
      sent.on('error', () => resolve({ status: 0, text: '' }));
      sent.on('response', (answer: IncomingMessage) => {
        let text = '';
        answer.on('data', bytes => (text += bytes)).on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      write(sent);
    });
  }

  async function handshake(from?: string): Promise<string> {
    const { text } = await poll(PATH, { ...(from && { from }) });
    return /"sid":"([^"]+)"/.exec(text)?.[1] ?? '';
  }

  async function dial(): Promise<RawWebSocket> {
    const web = await rawWebSocket(the.gateway.port);
    raw.push(web);
    return web;
  }

  async function joined(user = 'ann'): Promise<RawWebSocket> {
    the.gateway.invoker.tokens.set(user, callerOf(user));
    const web = await dial();
    web.send(`40{"token":"${user}"}`);
    await until(() => web.heard().includes('40{"sid"'));
    return web;
  }

  describe('connections that have not joined', () => {
    it('of one network have a share, and others come in beside them', async () => {
      await the.reopen(within({ halfOpen: { each: 5, all: MANY } }));
      const sids = await Promise.all(Array.from({ length: 8 }, () => handshake('127.0.0.2')));
      expect(sids.filter(sid => sid !== '')).to.have.length(5);
      expect((await the.gateway.client('ann')).client.connected).to.equal(true);
    });

    it('count no longer when they have joined or gone', async () => {
      await the.reopen(within({ halfOpen: { each: 2, all: MANY } }));
      for (const user of ['a', 'b', 'c', 'd', 'e']) await the.gateway.client(user);
      for (let times = 0; times < 5; times += 1) {
        const web = await dial();
        expect(web.heard()).to.contain('101');
        web.socket.destroy();
        await until(() => count() === 5);
      }
    });

    it('are not counted by network when limits are off', async () => {
      await the.reopen(within(UNCOUNTED));
      const sids = await Promise.all(Array.from({ length: 1_100 }, () => handshake('127.0.0.2')));
      expect(sids.filter(sid => sid !== '')).to.have.length(1_100);
    });

    it('of the network that has the most make room, the oldest first, when there is none left', async () => {
      await the.reopen(within({ halfOpen: { each: 1_000, all: 120 } }));
      for (let n = 0; n < 120; n += 1) await handshake('127.0.0.2');
      expect(await handshake('127.0.0.2')).to.equal('');
      expect(await handshake('127.0.0.3')).not.to.equal('');
      expect((await the.gateway.client('ann')).client.connected).to.equal(true);
      expect(count()).to.equal(120);
    });

    it('end when they do not begin to join in time, and not while they are being let in', async () => {
      await the.reopen({ times: { beginWithinMs: 300 } });
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      let finish: (result: object) => void = () => {};
      the.gateway.invoker.on('connect', () => new Promise<object>(resolve => (finish = resolve)));
      const client = the.gateway.dial({ token: 'ann' });
      client.connect();
      await until(() => the.named('connect').length === 1);
      await handshake();
      await dial();
      expect(count()).to.equal(3);
      await until(() => count() === 1);
      finish({});
      await until(() => client.connected);
    });

    it('may send a few kB over a WebSocket, in attachments or otherwise', async () => {
      for (const payload of [`40{"token":"${'x'.repeat(20 * KIB)}`, Buffer.alloc(20 * KIB)]) {
        const web = await dial();
        if (typeof payload !== 'string') web.send('451-["ask"]');
        web.frame(payload);
        await until(() => count() === 0);
        expect(web.heard()).not.to.contain('44');
      }
    });

    it('may send a few kB over polling, whether they say how much it is or not', async () => {
      const bodies: { headers: Record<string, string>; write: (to: ClientRequest) => void }[] = [
        { headers: { 'content-length': `${20 * KIB}` }, write: to => void to.write('4') },
        { headers: { 'transfer-encoding': 'chunked' }, write: to => void to.write('40') },
      ];
      for (const body of bodies) {
        const sid = await handshake();
        expect((await poll(`${PATH}&sid=${sid}`, { method: 'POST', ...body })).status).to.equal(413);
      }
      const sid = await handshake();
      for (let n = 0; n < 3; n += 1) {
        const write = (to: ClientRequest) => void to.end('3'.padEnd(7 * KIB, 'x'));
        const { status } = await poll(`${PATH}&sid=${sid}`, { method: 'POST', write });
        expect(status).to.equal(n < 2 ? 200 : 413);
      }
    });
  });

  describe('connections of one account', () => {
    it('have a share, and others come in beside them', async () => {
      await the.reopen(within({ joined: { each: 3, all: MANY } }));
      const anns: Awaited<ReturnType<typeof the.gateway.client>>[] = [];
      for (let n = 0; n < 3; n += 1) anns.push(await the.gateway.client('ann'));
      const refused = await the.gateway.client('ann').catch(error => error);
      expect(refused).to.have.nested.property('data.code', 'rate_limited');
      expect((await the.gateway.client('bob')).client.connected).to.equal(true);
      anns[0]?.client.disconnect();
      await until(() => the.gateway.server.connections() === 3);
      expect((await the.gateway.client('ann')).client.connected).to.equal(true);
    });

    it('give way, the oldest first, when the gateway is full', async () => {
      await the.reopen(within({ joined: { each: 20, all: 12 } }));
      const anns: Awaited<ReturnType<typeof the.gateway.client>>[] = [];
      for (let n = 0; n < 12; n += 1) anns.push(await the.gateway.client('ann'));
      expect((await the.gateway.client('bob')).client.connected).to.equal(true);
      await until(() => anns[0]?.client.connected === false);
      expect(anns.filter(({ client }) => client.connected)).to.have.length(11);
    });
  });

  describe('what is not whole yet', () => {
    it('is bounded for all together, and the one who holds the most gives way', async () => {
      await the.reopen(within({ bytes: { each: MANY * KIB, all: 1_000 * KIB } }));
      const [ann, bob] = [await joined('ann'), await joined('bob')];
      const { client } = await the.gateway.client('cat');
      for (const web of [ann, bob, ann]) {
        web.frame('x'.repeat(300 * KIB), { said: 1_000 * KIB });
      }
      await until(() => the.gateway.server.connections() === 3);
      const more = await joined('ann');
      more.frame('x'.repeat(800 * KIB), { said: 1_000 * KIB });
      await until(() => the.gateway.server.connections() < 4);
      expect((await ask(client, 'ask', {})).ok).to.equal(true);
    });

    it('does not count any more when it is whole', async () => {
      await the.reopen(within({ bytes: { each: MANY * KIB, all: 1_000 * KIB } }));
      const { client } = await the.gateway.client('ann');
      for (let n = 0; n < 5; n += 1)
        expect((await ask(client, 'ask', { text: 'x'.repeat(400 * KIB) })).ok).to.equal(true);
    });
  });

  describe('what is not read', () => {
    const BIG = { reply: { text: 'x'.repeat(900 * KIB) } };

    /** Asks and does not read. */
    function askMany(web: RawWebSocket, times: number): void {
      web.socket.pause();
      for (let id = 1; id <= times; id += 1) web.send(`42${id}["ask",{}]`);
    }

    it('is not answered with more', async () => {
      the.gateway.invoker.on('ask', () => BIG);
      const web = await joined();
      const { client } = await the.gateway.client('bob');
      askMany(web, 200);
      await until(() => the.named('ask').length >= 4);
      expect((await ask(client, 'ask', {})).ok).to.equal(true);
      expect(the.gateway.server.connections()).to.equal(2);
      web.socket.resume();
      await until(() => web.heard().includes('rate_limited'));
      expect(the.named('ask').length).to.be.lessThan(30);
    });

    it('ends the connection after its time, though pings are answered without being read', async () => {
      await the.reopen({ times: { unreadForMs: 1_500 }, ping: { everyMs: 300, answeredWithinMs: 5_000 } });
      the.gateway.invoker.on('ask', () => BIG);
      const web = await joined();
      askMany(web, 20);
      const answering = setInterval(() => web.send('3'), 100);
      await until(() => the.gateway.server.connections() === 0);
      clearInterval(answering);
    });

    it('over polling ends the connection too', async () => {
      await the.reopen(within({ bytes: { each: 4_000 * KIB, all: MANY * KIB } }));
      the.gateway.invoker.tokens.set('ann', callerOf('ann'));
      const sid = await handshake();
      const say = (text: string) => poll(`${PATH}&sid=${sid}`, { method: 'POST', write: to => void to.end(text) });
      await say('40{"token":"ann"}');
      await until(() => the.gateway.server.connections() === 1);
      const data = { text: 'x'.repeat(900 * KIB) };
      the.gateway.server.receiver.apply(Array.from({ length: 5 }, () => ({ send: 'big', data, to: ['user:ann'] })));
      await until(the.gone);
    });

    it('is bounded for all together: of the user who holds the most, however many connections it is over', async () => {
      await the.reopen(within({ bytes: { each: MANY * KIB, all: 6_000 * KIB } }));
      const many = await Promise.all(Array.from({ length: 8 }, () => joined('ann')));
      const bob = await joined('bob');
      for (const web of [...many, bob]) web.socket.pause();
      const { client } = await the.gateway.client('cat');
      const data = { text: 'x'.repeat(990 * KIB) };
      const big = (to: string) => the.gateway.server.receiver.apply([{ send: 'big', data, to: [to] }]);
      for (let times = 0; times < 10 && the.gateway.server.connections() === 10; times += 1) {
        if (times < 3) big('user:bob');
        big('user:ann');
        expect((await ask(client, 'ask', {})).ok).to.equal(true);
      }
      await until(() => the.gateway.server.connections() < 10);
      bob.socket.resume();
      expect(bob.socket.destroyed).to.equal(false);
      the.gateway.server.receiver.apply([{ send: 'still-here', data: {}, to: ['user:bob'] }]);
      await until(() => bob.heard().includes('still-here'));
    });
  });

  describe('what is being answered', () => {
    it('is so much of one user at a time, over all connections, and keeps nobody else waiting', async () => {
      const finish: (() => void)[] = [];
      the.gateway.invoker.on('ask', ({ caller }) =>
        caller?.userId === 'ann' ? new Promise(resolve => finish.push(() => resolve({}))) : {},
      );
      const anns = [await the.gateway.client('ann'), await the.gateway.client('ann')];
      const { client } = await the.gateway.client('bob');
      const answers = anns.flatMap(({ client }) => Array.from({ length: 10 }, () => ask(client, 'ask', {})));
      await until(() => finish.length === 4);
      expect((await ask(client, 'ask', {})).ok).to.equal(true);
      expect(finish).to.have.length(4);
      for (let at = 0; at < 20; at += 1) {
        await until(() => finish.length > at);
        finish[at]?.();
      }
      for (const each of await Promise.all(answers)) expect(each.ok).to.equal(true);
    });

    it('goes on after one that has failed', async () => {
      the.gateway.invoker.on('ask', () => {
        throw new Failure('unavailable', 'away');
      });
      const { client } = await the.gateway.client('ann');
      const answers = await Promise.all(Array.from({ length: 12 }, () => ask(client, 'ask', {})));
      expect(new Set(answers.map(({ error }) => error?.code))).to.deep.equal(new Set(['unavailable']));
    });
  });
});
