/** A server that goes keeps no connection for longer than the answers that are due on it. */

import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createMetrics } from '#runtime/core/metrics.js';
import { createListener, type Listener, type ListenerParts } from '#runtime/http/listener.js';

describe('a server that goes', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let listener: Listener;
  let server: Server;
  let parts: ListenerParts;
  let asked: (response: ServerResponse) => void;

  beforeEach(async () => {
    const health = { report: () => ({ ready: true, parts: {} }) };
    const routes = (_: IncomingMessage, response: ServerResponse): void => asked(response);
    parts = { health, metrics: createMetrics('test'), receiveEvents: routes, routes };
    listener = createListener(parts);
    server = listener.server;
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(() => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  });

  const call = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      get({ port, host: '127.0.0.1', path: '/slow', agent }, response => resolve(response.resume())).on(
        'error',
        reject,
      );
    });

  it('is gone when the last answer is out, though the connection was to be kept', async () => {
    const request = new Promise<ServerResponse>(resolve => {
      asked = resolve;
    });
    const answer = call();
    const response = await request;
    const closed = listener.close();
    response.end();
    expect((await answer).statusCode).to.equal(200);
    await closed;
  });

  it('asks for each connection to be closed, so that who comes again goes elsewhere', async () => {
    asked = response => response.end();
    expect((await call()).headers.connection).to.equal('keep-alive');
    parts.leaving = true;
    expect((await call()).headers.connection).to.equal('close');
  });
});
