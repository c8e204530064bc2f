/** Who reaches a process: where it listens, who may send it events, and what its ready line says of both. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as forward, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as listener } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { reachedAt } from '#runtime/reached-at.js';
import { eventually } from '../support/eventually.js';
import { startLoneImage } from '../support/lone-image.js';
import { newDataDir } from '../support/new-server.js';
import { BUILT, type Env, type Running, runImage, startImage } from '../support/processes.js';
import { request } from '../support/rest.js';

const TOKEN = 'a-token-of-the-senders';
const EVENT = {
  raw: JSON.stringify({ specversion: '1.0', id: '1', source: '/x', type: 'minitelegram.message.sent.v1', data: {} }),
  headers: { 'content-type': 'application/cloudevents+json' },
};

describe('all', () => {
  let folder: string;
  let running: Running | undefined;
  let proxy: Server | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-reach-'));
  });
  afterEach(async () => {
    proxy?.close();
    proxy?.closeAllConnections();
    await running?.stop();
    running = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  const all = async (env: Env = {}) => {
    running = await startImage('all', { DATA_DIR: await newDataDir(join(folder, 'data')), ...env });
    return running;
  };
  const readyLine = () =>
    JSON.parse(
      running
        ?.output()
        .split('\n')
        .find(line => line.includes('"msg":"ready"')) ?? '{}',
    );

  /** One that runs on the same machine, as people put it in front for TLS. */
  async function throughAProxy(url: string): Promise<string> {
    proxy = createServer((question, answer) => {
      const { method = 'GET', headers } = question;
      const onward = forward(url, { method, headers, path: question.url ?? '/' }, response => {
        answer.writeHead(response.statusCode ?? 0, response.headers);
        response.pipe(answer);
      });
      question.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  it('listens to this machine only, says how to open it, and takes no events at all', async () => {
    const { url } = await all();
    expect(readyLine()).to.include({ url: url.replace('127.0.0.1', 'localhost') });
    expect(readyLine().access).to.match(/HOST=0\.0\.0\.0/);
    for (const way of [url, await throughAProxy(url)]) {
      for (const authorization of [undefined, `Bearer ${TOKEN}`, 'Bearer undefined', 'Bearer ']) {
        const headers = { ...EVENT.headers, ...(authorization !== undefined && { authorization }) };
        expect((await request(way, 'POST', '/', { ...EVENT, headers })).status, authorization).to.equal(404);
      }
    }
    const outside = Object.values(networkInterfaces())
      .flatMap(each => each ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    if (!outside) return;
    const socket = connect(Number(new URL(url).port), outside.address);
    const [error] = await once(socket, 'error');
    expect(error.code).to.equal('ECONNREFUSED');
  });

  it('with a token takes events from who brings it, wherever they are', async () => {
    const { url } = await all({ EVENTS_TOKEN: TOKEN, HOST: '0.0.0.0' });
    expect(readyLine().access).not.to.match(/this machine only/);
    for (const way of [url, await throughAProxy(url)]) {
      expect((await request(way, 'POST', '/', EVENT)).status).to.equal(401);
      const headers = { ...EVENT.headers, authorization: `Bearer ${TOKEN}` };
      expect((await request(way, 'POST', '/', { ...EVENT, headers })).status, 'data that do not fit').to.equal(422);
    }
  });

  it('says in words that its port is taken', async () => {
    const other = listener().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const { code, stderr } = await runImage('all', { DATA_DIR: join(folder, 'data'), PORT: `${port}` });
      expect(code).to.equal(78);
      expect(stderr).to.equal(`PORT: port ${port} is taken by another program: set PORT`);
    } finally {
      other.close();
    }
  });

  for (const [HOST, said] of [
    ['203.0.113.1', 'HOST: 203.0.113.1 is not an address of this machine'],
    ['no-such-name.invalid', 'HOST: no-such-name.invalid is neither an address nor a name that leads to one'],
  ] as const) {
    it(`says in words that it cannot listen on ${HOST}`, async () => {
      const { code, stderr } = await runImage('all', { DATA_DIR: join(folder, 'data'), HOST });
      expect(code).to.equal(78);
      expect(stderr).to.equal(said);
    });
  }
});

describe('an image', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-reach-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('that was never ready does not say so when it is told to go', async () => {
    const image = await startLoneImage(BUILT.main, 'chat-svc', folder, {});
    await eventually('it tries', async () => (await request(image.url, 'GET', '/health')).status === 503);
    expect(await image.end()).to.equal(0);
    expect(image.said()).to.include('draining').and.not.to.include('ready');
  });

  it('says whom it takes events from, and asks for the token where there is one', () => {
    const free = { host: undefined, eventsToken: undefined };
    expect(reachedAt({ standalone: false, ...free }, 1).access).to.match(/network is trusted.*EVENTS_TOKEN/);
    expect(reachedAt({ standalone: false, ...free, eventsToken: TOKEN }, 1)).to.deep.equal({
      url: 'http://localhost:1',
      port: 1,
    });
  });
});
