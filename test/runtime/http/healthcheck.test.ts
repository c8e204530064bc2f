/** What a container engine asks: whether the image on this port is alive. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const HEALTHCHECK = fileURLToPath(import.meta.resolve('#runtime/healthcheck.js'));

describe('the health check of a container', () => {
  let server: Server;
  let port: number;
  let asked: string[];
  let status: number | undefined;

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (status !== undefined) response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function check(change: NodeJS.ProcessEnv = {}): Promise<number> {
    const env = { ...process.env, PORT: String(port), ...change };
    return promisify(execFile)(process.execPath, [HEALTHCHECK], { env }).then(
      () => 0,
      ({ code }) => code,
    );
  }

  it('passes when the image says that it is alive', async () => {
    status = 200;
    expect(await check()).to.equal(0);
    expect(asked).to.deep.equal(['GET /health/liveness']);
  });

  for (const HOST of ['', '0.0.0.0', '::', 'localhost']) {
    it(`finds the image that listens on ${HOST || 'all addresses'}`, async () => {
      status = 200;
      expect(await check({ HOST })).to.equal(0);
    });
  }

  it('finds the image on the one address that it listens on', async () => {
    expect(await check({ HOST: '127.0.0.2' })).to.equal(1);
    expect(asked).to.deep.equal([]);
  });

  it('fails when it says anything else', async () => {
    status = 503;
    expect(await check()).to.equal(1);
  });

  it('fails when it says nothing', async () => {
    status = undefined;
    expect(await check()).to.equal(1);
    expect(asked).to.have.length(1);
  });

  it('fails when nobody is there', async () => {
    server.close();
    await once(server, 'close');
    expect(await check()).to.equal(1);
  });
});
