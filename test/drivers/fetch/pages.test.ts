/** Pages as servers of all the world send them: in their encodings, too much of them, never, or from where nothing is asked. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Failure } from '#runtime/contract/failure.js';
import { htmlText } from '#runtime/drivers/fetch/html-text.js';
import { type PagesOptions, pages } from '#runtime/drivers/fetch/pages.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const html = (title: Buffer, head = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`<!doctype html><html><head>${head}<title>`),
    title,
    Buffer.from('</title></head></html>'),
  ]);
const titleIn = (text: string | undefined): string | undefined => /<title>(.*)<\/title>/.exec(text ?? '')?.[1];
const twoBytes = (text: string, bigEndian: boolean): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

const TITLES = [
  ['Shift_JIS', '日本語のページ ①', '93fa967b8cea82cc8379815b8357208740'],
  ['EUC-JP', '日本語のページ', 'c6fccbdcb8eca4cea5daa1bca5b8'],
  ['GBK', '中文网页：你好', 'd6d0cec4cdf8d2b3a3bac4e3bac3'],
  ['GB18030', '中文网页𠀀', 'd6d0cec4cdf8d2b395328236'],
  ['Big5', '中文網頁', 'a4a4a4e5baf4adb6'],
  ['windows-1251', 'Привет, мир', 'cff0e8e2e5f22c20ece8f0'],
  ['KOI8-R', 'Привет, мир', 'f0d2c9d7c5d42c20cdc9d2'],
  ['EUC-KR', '안녕하세요', 'bec8b3e7c7cfbcbcbfe4'],
  ['ISO-8859-2', 'Zażółć gęślą', '5a61bff3b3e62067eab66cb1'],
  ['ISO-8859-1', '“café” – 5 €', '93636166e994209620352080'],
] as const;

describe('the text of a page', () => {
  for (const [label, title, bytes] of TITLES) {
    it(`is read as ${label}, as its server says`, () => {
      expect(titleIn(htmlText(html(hex(bytes)), `text/html; Charset="${label}"`))).to.equal(title);
    });
    it(`is read as ${label}, as it says itself`, () => {
      for (const head of [
        `<meta charset=${label}>`,
        `<!-- <meta charset="utf-7"> --><meta  http-equiv='Content-Type' content='text/html;charset=${label}' />`,
      ])
        expect(titleIn(htmlText(html(hex(bytes), head), 'text/html')), head).to.equal(title);
    });
  }

  for (const [encoding, bigEndian] of [
    ['UTF-16LE', false],
    ['UTF-16BE', true],
  ] as const) {
    it(`is read as ${encoding}, as its mark says, whatever else is said`, () => {
      const bytes = twoBytes('<title>中文 Привет</title>', bigEndian);
      expect(titleIn(htmlText(bytes, 'text/html; charset=windows-1251'))).to.equal('中文 Привет');
    });
  }

  it('is read as UTF-16 without a mark where its server says so, and never because it says so itself', () => {
    const bytes = Buffer.from('<title>中文</title>', 'utf16le');
    expect(titleIn(htmlText(bytes, 'text/html; charset=utf-16'))).to.equal('中文');
    const said = html(Buffer.from('中文'), '<meta charset="utf-16">');
    expect(titleIn(htmlText(said))).to.equal('中文');
  });

  it('is what its server says rather than what it says itself', () => {
    const [, title, bytes] = TITLES[5];
    expect(titleIn(htmlText(html(hex(bytes), '<meta charset="utf-8">'), 'text/html; charset=cp1251'))).to.equal(title);
  });

  it('is read as XML says in its first line', () => {
    const bytes = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="windows-1251"?>'),
      html(hex(TITLES[5][2])),
    ]);
    expect(titleIn(htmlText(bytes, 'application/xhtml+xml'))).to.equal('Привет, мир');
  });

  it('is UTF-8 where nobody says, also when its end is cut, and else as old pages of the West are', () => {
    const whole = html(Buffer.from('Grüße 中'));
    expect(titleIn(htmlText(whole))).to.equal('Grüße 中');
    expect(htmlText(Buffer.from('<title>中').subarray(0, -1))).to.equal('<title>\ufffd');
    expect(titleIn(htmlText(html(hex(TITLES[9][2]))))).to.equal('“café” – 5 €');
    expect(
      titleIn(htmlText(html(hex(TITLES[9][2]), '<meta charset="no-such-thing">'), 'text/html; charset=x')),
    ).to.equal('“café” – 5 €');
  });
});

describe('asking for a page', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  async function answering(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  const asking = (options: Partial<PagesOptions> = {}) =>
    pages({
      ...{ withinMs: 2_000, maxBytes: 512 * 1024, redirects: 3, agent: 'Test' },
      allow: '127.0.0.0/8',
      ...options,
    });
  const codeOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'answered',
      ({ code }: Failure) => code,
    );
  const page = (response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}) =>
    response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);

  it('says who asks and what is wanted, and nothing else of anybody', async () => {
    let headers: object = {};
    const url = await answering((request, response) => {
      headers = request.headers;
      page(response, '<title>hello</title>');
    });
    expect(await asking().html(url)).to.equal('<title>hello</title>');
    expect(headers).to.deep.equal({
      ...{ accept: 'text/html,application/xhtml+xml', 'user-agent': 'Test', host: new URL(url).host },
      ...{ 'accept-encoding': 'gzip, deflate, br', connection: 'close' },
    });
  });

  it('takes as much of it as it may, of what unpacks to hundreds of times its size as well', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from('<title>bomb</title>'), Buffer.alloc(32 * 1024 * 1024, 'x')]));
    const url = await answering((_request, response) => page(response, bomb, { 'content-encoding': 'gzip' }));
    const before = process.memoryUsage().rss;
    expect(await asking().html(url)).to.have.length(512 * 1024);
    expect((process.memoryUsage().rss - before) / 1024 / 1024).to.be.below(24);
  });

  it('takes as much of one that never ends', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = (): void => {
        while (!response.destroyed && response.write('y'.repeat(64 * 1024)));
      };
      response.on('drain', more);
      more();
    });
    expect(await asking().html(url)).to.have.length(512 * 1024);
  });

  for (const [what, listener] of [
    ['says nothing', () => {}],
    [
      'says a byte now and then',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const drip = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ] as readonly (readonly [string, RequestListener])[]) {
    it(`gives up on a server that ${what}`, async () => {
      const url = await answering(listener);
      expect(await codeOf(asking({ withinMs: 200 }).html(url))).to.equal('unavailable');
    });
  }

  it('is led nowhere where nothing is asked', async () => {
    for (const location of [
      'http://10.0.0.1/',
      'http://[fd00::1]/',
      'http://169.254.169.254/latest/',
      'file:///etc/passwd',
    ]) {
      const url = await answering((_request, response) => response.writeHead(302, { location }).end());
      expect(await codeOf(asking().html(url)), location).to.equal('invalid');
    }
  });

  it('takes nothing else for a page', async () => {
    const picture = await answering((_request, response) => page(response, 'x', { 'content-type': 'image/png' }));
    expect(await codeOf(asking().html(picture))).to.equal('unsupported');
    const missing = await answering((_request, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Not found</title>'),
    );
    expect(await asking().html(missing)).to.equal(undefined);
  });
});
