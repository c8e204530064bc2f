/** Connections that are kept: for longer than load balancers keep theirs, whatever is expected of a request's headers. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { createMetrics } from '#runtime/core/metrics.js';
import { createListener, type ListenerLimits } from '#runtime/http/listener.js';

const HEADERS_MS = 100;
const LIMITS: ListenerLimits = {
  headersTimeoutMs: HEADERS_MS,
  requestTimeoutMs: HEADERS_MS,
  checkEveryMs: HEADERS_MS / 5,
  headerBytes: 16_384,
  headerCount: 100,
  connections: 100,
};
const GET = (path: string) => `GET ${path} HTTP/1.1\r\nhost: here\r\n\r\n`;

describe('an idle connection', () => {
  let server: Server | undefined;
  const sockets: Socket[] = [];

  async function open(limits?: ListenerLimits) {
    const health = { report: () => ({ ready: true, parts: {} }) };
    const routes = (_: unknown, response: { end(text: string): void }): void => response.end('routed');
    server ??= createListener(
      { health, metrics: createMetrics('test'), receiveEvents: routes as never, routes: routes as never },
      limits,
    ).server;
    if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }
  /** The answer, as it comes. */
  async function ask(socket: Socket, path: string): Promise<string> {
    socket.write(GET(path));
    const [answer] = await once(socket, 'data');
    return String(answer);
  }

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
    server = undefined;
  });

  it('is kept for 65 s, and told so with every answer', async () => {
    const socket = await open();
    expect(server?.keepAliveTimeout).to.equal(65_000);
    for (const path of ['/health/liveness', '/routed', '/metrics']) {
      expect(await ask(socket, path), path).to.match(/^HTTP\/1\.1 200 .*^keep-alive: timeout=65\r$/ims);
    }
  });

  it('is answered after a time in which headers that do not come cost another one its life', async () => {
    const idle = await open(LIMITS);
    expect(await ask(idle, '/routed')).to.include('200 OK');
    const slow = await open();
    slow.on('error', () => {}).write('GET / HTTP/1.1\r\n');
    await once(slow.resume(), 'close');
    expect(await ask(idle, '/routed')).to.include('200 OK');
  });
});
