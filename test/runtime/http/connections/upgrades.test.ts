/** Who asks for a protocol that is not spoken here gets the answer of the plain request that it also is, in every place. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { createMetrics } from '#runtime/core/metrics.js';
import { start } from '#runtime/hosting/start.js';
import { createListener, type Listener } from '#runtime/http/listener.js';
import { eventually } from '../../../support/eventually.js';
import { type Front, front } from '../../../support/front.js';

const H2C = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n';
const WEBSOCKET = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
const KEY = 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const post = (target: string, body: string, more = ''): string =>
  `POST ${target} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;

describe('a wish for another protocol', () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  async function dial(port: number) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    let heard = '';
    socket.on('data', bytes => {
      heard += bytes.toString('latin1');
    });
    await once(socket, 'connect');
    const statuses = () => [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    return {
      socket,
      heard: () => heard,
      answers: (count: number) => eventually(`${count} answers`, () => statuses().length >= count && statuses()),
    };
  }

  describe('at a gateway', () => {
    let the: Front;
    beforeEach(async () => {
      the = await front();
      the.invoker.on('open', ({ data }) => ({ reply: { data } }));
    });
    afterEach(() => the.close());

    const wishes = [
      ['h2c, as Java and curl ask', get('/health/liveness', H2C), 200],
      ['h2c on a route', get('/v1/things', `${H2C}authorization: Bearer ann\r\n`), 204],
      ['a WebSocket somewhere else', get('/health/liveness', WEBSOCKET + KEY), 200],
      ['a WebSocket next to the path', get('/socket.io', WEBSOCKET + KEY), 404],
      ['h2c by who polls', get('/socket.io/?EIO=4&transport=polling', H2C), 200],
      ['a WebSocket by who polls', get('/socket.io/?EIO=4&transport=polling', WEBSOCKET + KEY), 200],
      ['nothing known', get('/health/liveness', 'connection: upgrade\r\nupgrade: x, y/2\r\n'), 200],
      ['an old version', 'GET /health/liveness HTTP/1.0\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n', 200],
      ['a WebSocket of ours without a key', get('/socket.io/?EIO=4&transport=websocket', WEBSOCKET), 400],
      ['a WebSocket of ours with a body', post('/socket.io/?EIO=4&transport=websocket', '{}', WEBSOCKET + KEY), 400],
      ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n', 405],
      ['a WebSocket of ours', get('/socket.io/?EIO=4&transport=websocket', WEBSOCKET + KEY), 101],
    ] as const;
    for (const [what, request, status] of wishes) {
      it(`is answered with ${status} when it is for ${what}`, async () => {
        const { socket, answers } = await dial(the.port);
        socket.write(request);
        expect(await answers(1)).to.deep.equal([status]);
      });

      it(`ends nothing when it is for ${what} and its client resets the connection`, async () => {
        for (let round = 0; round < 20; round++) {
          const clients = await Promise.all(Array.from({ length: 5 }, () => dial(the.port)));
          await Promise.all(
            clients.map(async ({ socket }) => {
              await new Promise(sent => socket.write(request, sent));
              if (round % 2 === 0) await new Promise(setImmediate);
              socket.resetAndDestroy();
            }),
          );
        }
        const { socket, answers } = await dial(the.port);
        socket.write(get('/health/liveness'));
        expect(await answers(1)).to.deep.equal([200]);
      });
    }

    it('loses no body, whole or in pieces, with a length or in chunks, also where it waits to be asked for', async () => {
      const { socket, answers, heard } = await dial(the.port);
      socket.write(post('/v1/open', '{"a":1}', H2C));
      await answers(1);
      const [head, body] = post('/v1/open', '{"b":22}', H2C).split('{') as [string, string];
      socket.write(`${head}{`);
      await new Promise(setImmediate);
      socket.write(body);
      await answers(2);
      const chunked = `${H2C}transfer-encoding: chunked\r\ncontent-type: application/json\r\n`;
      socket.write(`POST /v1/open HTTP/1.1\r\nhost: x\r\n${chunked}\r\n3\r\n{"c\r\n5\r\n":33}\r\n0\r\n\r\n`);
      await answers(3);
      const [first, second] = post('/v1/open', '{"d":4}', `${H2C}expect: 100-continue\r\n`).split('\r\n\r\n');
      socket.write(`${first}\r\n\r\n`);
      await answers(4);
      socket.write(second as string);
      expect(await answers(5)).to.deep.equal([200, 200, 200, 100, 200]);
      expect(heard()).to.contain('{"data":{"a":1}}').and.to.contain('{"data":{"b":22}}');
      expect(heard()).to.contain('{"data":{"c":33}}').and.to.contain('{"data":{"d":4}}');
    });

    it('does not overtake what was asked before, nor lose what came with it', async () => {
      let release = () => {};
      const held = new Promise<void>(resolve => {
        release = resolve;
      });
      the.invoker.on('open', async ({ data }) => {
        if ('slow' in (data as object)) await held;
        return { reply: { data } };
      });
      const { socket, answers, heard } = await dial(the.port);
      const wish = (n: number) => post('/v1/open', `{"n":${n}}`, H2C);
      socket.write(
        post('/v1/open', '{"slow":0}') + wish(1) + post('/v1/open', '{"n":2}') + wish(3) + get('/none', H2C),
      );
      await eventually('the first is asked', () => the.invoker.calls.length === 1);
      release();
      expect(await answers(5)).to.deep.equal([200, 200, 200, 200, 404]);
      expect([...heard().matchAll(/"(?:slow|n)":(\d)/g)].map(([, n]) => n)).to.deep.equal(['0', '1', '2', '3']);
    });

    it('may be repeated a hundred times on a connection, and leaves nothing behind', async () => {
      const warnings: Error[] = [];
      const warn = (warning: Error) => warnings.push(warning);
      process.on('warning', warn);
      const { socket, answers } = await dial(the.port);
      for (let count = 1; count <= 100; count++) {
        socket.write(get('/health/liveness', H2C));
        await answers(count);
      }
      process.off('warning', warn);
      expect(warnings).to.deep.equal([]);
    });

    it('does not keep a WebSocket from who wants one', async () => {
      const client = io(the.url, { auth: { token: 'ann' }, transports: ['websocket'], forceNew: true });
      await once(client as never, 'connect');
      const begun = io(the.url, { auth: { token: 'ann' }, transports: ['polling', 'websocket'], forceNew: true });
      await once(begun as never, 'connect');
      await eventually('the upgrade', () => begun.io.engine.transport.name === 'websocket');
      client.disconnect();
      begun.disconnect();
    });

    it('and a WebSocket whose client never says a word do not hold up the end', async () => {
      for (const request of [get('/socket.io/?EIO=4&transport=websocket', WEBSOCKET + KEY), get('/none', H2C)]) {
        const { socket, answers } = await dial(the.port);
        socket.write(request);
        await answers(1);
      }
      await the.end();
      the = await front();
    });

    it('is no matter of how the target is written', async () => {
      for (const [request, status] of [
        [get('http://x/health/liveness'), 200],
        [get('HTTP://x:80/health/liveness?a', H2C), 200],
        [get('http://x'), 200],
        [get('http://x?a'), 200],
        [get('http://x/v1/things', 'authorization: Bearer ann\r\n'), 204],
        [post('http://x/v1/open', '{}'), 200],
        [post('http://x/', '{}'), 503],
        [get('http://x/socket.io/?EIO=4&transport=polling'), 200],
        [get('http://x/socket.io/?EIO=4&transport=websocket', WEBSOCKET + KEY), 101],
      ] as const) {
        const { socket, answers } = await dial(the.port);
        socket.write(request);
        expect(await answers(1), request).to.deep.equal([status]);
      }
    });
  });

  describe('at an image without clients', () => {
    let listener: Listener;
    let port: number;
    beforeEach(async () => {
      listener = createListener({
        health: { report: () => ({ ready: true, parts: {} }) },
        metrics: createMetrics('test'),
        receiveEvents: (_request, response) => void response.writeHead(204).end(),
      });
      await once(listener.server.listen(0, '127.0.0.1'), 'listening');
      port = (listener.server.address() as AddressInfo).port;
    });
    afterEach(() => {
      listener.server.close();
      listener.server.closeAllConnections();
    });

    it('is answered all the same, and what came with it as well', async () => {
      const { socket, answers } = await dial(port);
      socket.write(get('/health', H2C) + post('/', '{}', H2C) + get('/health', WEBSOCKET + KEY) + get('/none'));
      expect(await answers(4)).to.deep.equal([200, 204, 200, 404]);
    });

    it('does not hold up its end, nor does half a request, with a wish or without', async () => {
      for (const request of [get('/health', H2C), get('/health')]) (await dial(port)).socket.write(request);
      const half = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n';
      for (const request of [`${half}\r\nab`, `${half}${H2C}\r\nab`, half, 'G'])
        (await dial(port)).socket.write(request);
      await eventually('all are there', async () => (await connections(listener.server)) === 6);
      await listener.close();
      expect(await connections(listener.server)).to.equal(0);
    });
  });

  describe('at a hosted function', () => {
    let server: Server;
    before(async () => {
      server = await start((_context: unknown, body: unknown) => ({ body }), { port: 0, logLevel: 'silent' } as never);
    });
    after(() => {
      server.close();
      server.closeAllConnections();
    });

    it('is answered all the same, and what came with it as well', async () => {
      const { socket, answers, heard } = await dial((server.address() as AddressInfo).port);
      socket.write(
        post('/', '{"n":1}', H2C) + post('/', '{"n":2}', WEBSOCKET) + get('/health/liveness', H2C) + get('/none'),
      );
      expect(await answers(4)).to.deep.equal([200, 200, 200, 404]);
      expect([...heard().matchAll(/"n":(\d)/g)].map(([, n]) => n)).to.deep.equal(['1', '2']);
    });
  });
});

const connections = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
