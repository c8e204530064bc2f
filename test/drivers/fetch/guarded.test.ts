/** What users name is asked only where that can do no harm, by real servers on this machine that are allowed for once. */
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Failure } from '#runtime/contract/failure.js';
import { parseNetworks } from '#runtime/core/network.js';
import { isPublic } from '#runtime/drivers/fetch/addresses.js';
import { type GuardedFetchOptions, guardedFetch } from '#runtime/drivers/fetch/guarded.js';
import { makeCertificates } from '../../support/certificates.js';

const ALLOW = parseNetworks('127.0.0.0/8');
const HERE: LookupAddress = { address: '127.0.0.1', family: 4 };

describe('asking what users name', () => {
  const servers: Server[] = [];
  let asked: IncomingMessage[];

  beforeEach(() => {
    asked = [];
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  /** The origin of a server that answers so. */
  async function answering(
    listener: RequestListener,
    create: (listener: RequestListener) => Server = createServer,
  ): Promise<string> {
    const server = create((request, response) => {
      asked.push(request);
      listener(request, response);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const asking = (options: Partial<GuardedFetchOptions> = {}) =>
    guardedFetch({ withinMs: 5_000, maxBytes: 1_000, allow: ALLOW, ...options });

  async function failureOf(promise: Promise<unknown>): Promise<Pick<Failure, 'code' | 'message'>> {
    const { code, message } = await promise.then(
      () => expect.fail('it was answered'),
      (thrown: Failure) => thrown,
    );
    return { code, message };
  }

  const page = (response: ServerResponse, headers: Record<string, string> = {}, body: string | Buffer = 'hello') =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);

  describe('addresses', () => {
    for (const address of ['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])
      it(`${address} is public`, () => expect(isPublic(address)).to.equal(true));

    const inside = [
      ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
      ...['169.254.169.254', '100.64.0.1', '100.100.100.200', '192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1'],
      ...['203.0.113.7', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
      ...[
        '::',
        '::1',
        'fe80::1',
        'fc00::1',
        'fd00:ec2::254',
        'ff02::1',
        '2001:db8::1',
        '::ffff:127.0.0.1',
        '::ffff:8.8.8.8',
      ],
      ...['::7f00:1', '64:ff9b::7f00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001:0:7f00:1::', '100::1', '5f00::1'],
    ];
    for (const address of inside) it(`${address} is not`, () => expect(isPublic(address)).to.equal(false));

    it('what is no address is not public', () => expect(isPublic('example.org')).to.equal(false));
  });

  describe('what is never asked', () => {
    const ask = guardedFetch({ withinMs: 5_000, maxBytes: 1_000, resolve: async () => [HERE] });
    const refused: Readonly<Record<string, string>> = {
      'http://127.0.0.1/': 'has no public address',
      'http://2130706433/': 'has no public address',
      'http://0x7f.1/': 'has no public address',
      'http://017700000001/': 'has no public address',
      'http://[::1]/': 'has no public address',
      'http://[::ffff:127.0.0.1]/': 'has no public address',
      'http://[::ffff:1.1.1.1]/': 'has no public address',
      'http://169.254.169.254/latest/meta-data/': 'has no public address',
      'http://localhost/': 'has no public address',
      'http://localhost./': 'has no public address',
      'http://inside.example/': 'has no public address',
      'http://1.1.1.1:22/': 'port 22 is not asked',
      'https://1.1.1.1:8443/': 'port 8443 is not asked',
      'ftp://1.1.1.1/': 'must be one of http or https',
      'file:///etc/passwd': 'must be one of http or https',
      'data:text/html,hello': 'must be one of http or https',
      'http://me@1.1.1.1/': 'must not have a user name or a password',
      'http://:secret@1.1.1.1/': 'must not have a user name or a password',
      '//1.1.1.1/': 'must be a URL',
      'no url': 'must be a URL',
    };
    for (const [url, message] of Object.entries(refused)) {
      it(url, async () => {
        const failure = await failureOf(ask({ url }));
        expect(failure.code).to.equal('invalid');
        expect(failure.message).to.contain(message);
      });
    }

    it('a name of which one address of several is not public', async () => {
      const resolve = async () => [{ address: '1.1.1.1', family: 4 }, HERE];
      const failure = await failureOf(
        guardedFetch({ withinMs: 5_000, maxBytes: 1_000, resolve })({ url: 'http://two.example/' }),
      );
      expect(failure).to.deep.equal({ code: 'invalid', message: 'two.example has no public address' });
    });
  });

  describe('names', () => {
    it('are looked up once, and connected to as they were then', async () => {
      const url = new URL(await answering((_request, response) => page(response)));
      url.hostname = 'shop.example';
      const names: string[] = [];
      const resolve = async (name: string) => {
        names.push(name);
        return names.length === 1 ? [HERE] : [{ address: '10.0.0.1', family: 4 }];
      };
      const { status, body } = await asking({ resolve })({ url: url.href });
      expect({ status, body: body.toString(), names }).to.deep.equal({
        status: 200,
        body: 'hello',
        names: ['shop.example'],
      });
      expect(asked[0]?.headers.host).to.equal(url.host);
    });

    it('are checked again after a redirect, however they were before', async () => {
      const url = new URL(
        await answering((_request, response) => response.writeHead(302, { location: '/there' }).end()),
      );
      url.hostname = 'rebound.example';
      const answers = [[HERE], [{ address: '10.0.0.1', family: 4 }]];
      const resolve = async () => answers.shift() ?? [];
      const failure = await failureOf(asking({ resolve, redirects: 3 })({ url: url.href }));
      expect(failure).to.deep.equal({ code: 'invalid', message: 'rebound.example has no public address' });
      expect(asked.map(({ url: path }) => path)).to.deep.equal(['/']);
    });

    it('that nobody knows may be known another time', async () => {
      const unknown = async () => {
        throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      };
      for (const resolve of [unknown, async () => []]) {
        const failure = await failureOf(asking({ resolve })({ url: 'http://nobody.example/' }));
        expect(failure).to.deep.equal({ code: 'unavailable', message: 'nobody.example is not known' });
      }
    });

    it('are not waited for longer than for the rest', async () => {
      const resolve = () => new Promise<never>(() => {});
      const failure = await failureOf(asking({ resolve, withinMs: 50 })({ url: 'http://silent.example/' }));
      expect(failure).to.deep.equal({ code: 'unavailable', message: 'no answer within 50 ms' });
    });
  });

  describe('redirects', () => {
    const inTurn =
      (...places: string[]): RequestListener =>
      (request, response) => {
        const at = Number(request.url?.slice(1) || 0);
        const location = places[at];
        if (location === undefined) page(response, {}, `at ${at}`);
        else response.writeHead(301 + (at % 3), { location }).end();
      };

    it('are followed as often as is wanted', async () => {
      const url = await answering(inTurn('/1', '/2', '/3'));
      const fetched = await asking({ redirects: 3 })({ url });
      expect({ url: fetched.url, body: fetched.body.toString() }).to.deep.equal({ url: `${url}/3`, body: 'at 3' });
    });

    it('and not more often', async () => {
      const url = await answering(inTurn('/1', '/2', '/3', '/4'));
      const failure = await failureOf(asking({ redirects: 3 })({ url }));
      expect(failure).to.deep.equal({ code: 'invalid', message: 'more than 3 redirects' });
      expect(asked).to.have.length(4);
    });

    it('are an answer where none is to be followed, and to what is sent', async () => {
      const url = await answering(inTurn('/1'));
      const told = [await asking()({ url }), await asking({ redirects: 3 })({ url, method: 'POST', body: '{}' })];
      expect(told.map(({ status, headers }) => [status, headers.location])).to.deep.equal([
        [301, '/1'],
        [301, '/1'],
      ]);
      expect(asked).to.have.length(2);
    });

    for (const location of [
      'http://10.0.0.1/',
      'http://[::1]/',
      'file:///etc/passwd',
      'http://a:b@127.0.0.1/',
      'http://[',
    ])
      it(`do not lead to ${location}`, async () => {
        const url = await answering(inTurn(location));
        expect(await failureOf(asking({ redirects: 3 })({ url }))).to.have.property('code', 'invalid');
      });

    it('take no headers to another origin but what is for anybody', async () => {
      const other = await answering((_request, response) => page(response));
      const url = await answering(inTurn('/1', other));
      const headers = { accept: 'text/html', 'user-agent': 'preview', 'x-secret': 'hunter2' };
      await asking({ redirects: 3 })({ url, headers });
      expect(asked.map(({ headers: said }) => said['x-secret'])).to.deep.equal(['hunter2', 'hunter2', undefined]);
      expect(asked[2]?.headers).to.include({ accept: 'text/html', 'user-agent': 'preview' });
      expect(asked[2]?.headers).not.to.have.any.keys('cookie', 'authorization', 'referer');
    });
  });

  describe('answers', () => {
    it('are read as far as they are wanted, and no further', async () => {
      let close: () => void;
      const closed = new Promise<void>(resolve => {
        close = resolve;
      });
      const url = await answering((_request, response) => {
        response.once('close', close).writeHead(200, { 'content-type': 'text/html' });
        const pour = (): void => {
          if (response.destroyed) return;
          if (response.write('x'.repeat(10_000))) setImmediate(pour);
          else response.once('drain', pour);
        };
        pour();
      });
      const { body, cut } = await asking()({ url });
      expect({ size: body.length, cut }).to.deep.equal({ size: 1_000, cut: true });
      await closed;
    });

    const codings = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
    for (const [coding, compress] of Object.entries(codings)) {
      it(`in ${coding} are what they were`, async () => {
        const url = await answering((_request, response) =>
          page(response, { 'content-encoding': coding }, compress(Buffer.from('grüße'))),
        );
        const { body, cut } = await asking()({ url });
        expect({ text: body.toString(), cut }).to.deep.equal({ text: 'grüße', cut: false });
      });

      it(`in ${coding} that become much more are bounded by what they become`, async () => {
        const url = await answering((_request, response) =>
          page(response, { 'content-encoding': coding }, compress(Buffer.alloc(5_000_000))),
        );
        const { body, cut } = await asking()({ url });
        expect({ size: body.length, cut }).to.deep.equal({ size: 1_000, cut: true });
      });
    }

    it('in a coding that is not known are not read', async () => {
      const url = await answering((_request, response) => page(response, { 'content-encoding': 'zstd' }));
      expect(await failureOf(asking()({ url }))).to.have.property('code', 'unsupported');
    });

    it('of another type than is wanted are not read', async () => {
      const url = await answering((_request, response) => page(response, { 'content-type': 'video/mp4' }));
      const failure = await failureOf(asking()({ url, types: ['text/html'] }));
      expect(failure).to.deep.equal({ code: 'unsupported', message: 'the answer is video/mp4' });
    });

    it('of the type that is wanted are, whatever stands beside it', async () => {
      const url = await answering((_request, response) => page(response, { 'content-type': 'Text/HTML ;charset=x' }));
      expect((await asking()({ url, types: ['text/html'] })).body.toString()).to.equal('hello');
    });

    it('that dribble are given up', async () => {
      const url = await answering((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const dribble = setInterval(() => response.write('.'), 10);
        response.once('close', () => clearInterval(dribble));
      });
      const failure = await failureOf(asking({ withinMs: 200 })({ url }));
      expect(failure).to.deep.equal({ code: 'unavailable', message: 'no answer within 200 ms' });
    });

    it('that break off, and what is no HTTP, may be whole another time', async () => {
      const broken = await answering((_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('abc', () => response.destroy());
      });
      const other = createTcpServer(socket => socket.on('error', () => {}).end('220 mail.example ESMTP\r\n'));
      other.listen(0, '127.0.0.1');
      await once(other, 'listening');
      const urls = [broken, `http://127.0.0.1:${(other.address() as AddressInfo).port}`];
      for (const url of urls) {
        const failure = await failureOf(asking()({ url }));
        expect(failure).to.deep.equal({ code: 'unavailable', message: 'there is no answer' });
      }
      other.close();
    });
  });

  it('sends what is to be sent', async () => {
    const url = await answering(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      page(response, { 'x-method': String(request.method) }, body);
    });
    const { headers, body } = await asking()({
      url,
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'ping',
    });
    expect([headers['x-method'], body.toString()]).to.deep.equal(['POST', 'ping']);
  });

  it('believes a server over TLS only by its certificate, whose name is the one that was asked', async () => {
    const made = await makeCertificates();
    const read = (file: string) => readFile(file, 'utf8');
    const [ca, cert, key] = await Promise.all([made.ca, made.server.cert, made.server.key].map(read));
    await made.remove();
    const create = (listener: RequestListener) => createTlsServer({ cert: cert!, key: key! }, listener);
    const url = new URL((await answering((_request, response) => page(response), create)).replace('http:', 'https:'));
    url.hostname = 'localhost';
    const resolve = async () => [HERE];
    expect((await asking({ resolve, ca: ca! })({ url: url.href })).body.toString()).to.equal('hello');
    expect(await failureOf(asking({ resolve })({ url: url.href }))).to.have.property('code', 'unavailable');
    url.hostname = 'other.example';
    expect(await failureOf(asking({ resolve, ca: ca! })({ url: url.href }))).to.have.property('code', 'unavailable');
  });
});
