/** How a built web client is served. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createBounds } from '#runtime/http/bounds/bounds.js';
import { openSite, type Site } from '#runtime/http/site.js';

const PAGE = '<!doctype html><title>Built</title>';
const DOCS = '<!doctype html><title>Docs</title>';
const SCRIPT = 'console.log("built")';

describe('a built web client', () => {
  const bounds = createBounds();
  let folder: string;
  let server: Server;
  let url: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-site-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), PAGE);
    await writeFile(join(folder, 'assets/main-1.js'), SCRIPT);
    await writeFile(join(folder, 'assets/main-1.js.gz'), gzipSync(SCRIPT));
    await writeFile(join(folder, 'assets/main-1.js.br'), brotliCompressSync(SCRIPT));
    await writeFile(join(folder, 'docs.html'), DOCS);
    await writeFile(join(folder, 'docs.html.gz'), gzipSync(DOCS));
    await writeFile(join(folder, 'api.json'), '{"built":true}');
    await writeFile(join(folder, 'secret'), 'not to be seen');
    const site = openSite(pathToFileURL(`${folder}/`), bounds) as Site;
    server = createServer((request, response) => {
      if (!site(request, response)) response.writeHead(404).end('nothing of the site');
    }).listen(0);
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  const get = (path: string, encoding = 'identity', method = 'GET') =>
    fetch(url + path, { method, headers: { 'accept-encoding': encoding } });

  it('answers / with the page, looked at anew each time, under a policy that lets nothing foreign in', async () => {
    for (const path of ['/', '/?from=somewhere']) {
      const answer = await get(path);
      expect(answer.status).to.equal(200);
      expect(await answer.text()).to.equal(PAGE);
      expect(answer.headers.get('content-type')).to.equal('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).to.equal('no-cache');
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).to.match(/^default-src 'none';script-src 'self';style-src 'self';/);
      expect(policy).to.not.contain('unsafe').and.not.contain('*');
    }
  });

  it('answers with its other pages by their names, under the same policy', async () => {
    const answer = await get('/docs', 'gzip');
    expect(answer.headers.get('content-encoding')).to.equal('gzip');
    expect(await answer.text()).to.equal(DOCS);
    expect(answer.headers.get('content-security-policy')).to.equal(
      (await get('/')).headers.get('content-security-policy'),
    );
  });

  it('answers with its documents, looked at anew each time', async () => {
    const answer = await get('/api.json');
    expect(await answer.text()).to.equal('{"built":true}');
    expect(answer.headers.get('content-type')).to.equal('application/json');
    expect(answer.headers.get('cache-control')).to.equal('no-cache');
  });

  it('lets assets be kept for ever', async () => {
    const answer = await get('/assets/main-1.js');
    expect(await answer.text()).to.equal(SCRIPT);
    expect(answer.headers.get('content-type')).to.equal('text/javascript; charset=utf-8');
    expect(answer.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
  });

  for (const [asked, coding] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['BR', 'br'],
    ['deflate', null],
    ['', null],
  ] as const) {
    it(`is answered ${coding ?? 'as it is'} to who takes '${asked}'`, async () => {
      const answer = await get('/assets/main-1.js', asked);
      expect(answer.headers.get('content-encoding')).to.equal(coding);
      expect(answer.headers.get('vary')).to.equal('accept-encoding');
      expect(await answer.text()).to.equal(SCRIPT);
    });
  }

  it('is as it is where it was not compressed', async () => {
    const answer = await get('/', 'br');
    expect(answer.headers.get('content-encoding')).to.equal(null);
    expect(await answer.text()).to.equal(PAGE);
  });

  it('answers HEAD with the headers alone', async () => {
    const answer = await get('/assets/main-1.js', 'identity', 'HEAD');
    expect(answer.headers.get('content-length')).to.equal(String(SCRIPT.length));
    expect(await answer.text()).to.equal('');
  });

  it('leaves everything else to others, wherever it points', async () => {
    for (const path of [
      '/secret',
      '/assets',
      '/assets/',
      '/assets/main-1.js.br',
      '/assets/main-2.js',
      '/index.html',
      '/docs.html',
      '/docs/',
      '/api',
    ])
      expect((await get(path)).status, path).to.equal(404);
    expect((await get('/', 'identity', 'POST')).status).to.equal(404);
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end('GET /assets/../secret HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await text(socket)).to.match(/^HTTP\/1\.1 404 /);
  });

  it('counts for whom it is answered to, until they have it', async () => {
    const others = { bytes: bounds.limits.bytes.each, giveWay() {} };
    bounds.bytes.add('127.0.0.1', others);
    expect((await get('/')).status).to.equal(429);
    bounds.bytes.remove(others);
    expect((await get('/')).status).to.equal(200);
  });

  it('is nothing where it was not built', () => {
    expect(openSite(pathToFileURL(join(folder, 'nothing/')), bounds)).to.equal(undefined);
  });
});
