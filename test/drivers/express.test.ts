/** Requests become invocations, results become answers, and garbage becomes problem details. */
import { once } from 'node:events';
import { createServer, request as rawRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Type } from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { Invoker } from '#runtime/contract/invoker.js';
import { on } from '#runtime/contract/service.js';
import { http, socket } from '#runtime/contract/trigger.js';
import { restRouter } from '#runtime/drivers/express/router.js';
import { type Bounds, createBounds } from '#runtime/http/bounds/bounds.js';
import { routesOf } from '#runtime/http/call.js';
import { NO_PROXIES } from '#runtime/http/connections/client-address.js';
import { eventually } from '../support/eventually.js';
import { type FakeInvoker, fakeInvoker, named, silent } from '../support/invoker.js';

const thing = named('getThing', 'user', Type.Object({ id: Type.String(), limit: Type.Optional(Type.Integer()) }));
const change = named('changeThing', 'user', Type.Object({ id: Type.String(), size: Type.Integer() }));
const listing = Type.Object({ limit: Type.Integer(), ratio: Type.Number(), all: Type.Boolean(), query: Type.String() });
const bindings = [
  on(http.get('/things'), named('listThings', 'public', listing)),
  on(http.post('/things'), named('makeThing', 'public', Type.Object({}))),
  on(http.get('/things/:id'), thing),
  on(http.patch('/things/:id'), change),
  on(http.delete('/things/:id'), named('dropThing', 'user', Type.Object({}))),
  on(socket('thing'), named('socketThing', 'user', Type.Object({}))),
];
const caller = { userId: 'u1', sessionId: 's1', expiresAt: Number.MAX_SAFE_INTEGER };
const bearer = { authorization: 'Bearer good' };
const json = { 'content-type': 'application/json' };

const index = '<h1>What this is</h1>';
const rest = (invoker: Invoker) => ({
  routes: routesOf(bindings),
  invoker,
  log: silent,
  proxies: NO_PROXIES,
  bounds: createBounds(),
});

describe('REST by Express', () => {
  let invoker: FakeInvoker;
  let server: Server;
  let origin: string;
  /** The bytes of bodies that were held, and for whom. */
  let held: [owner: string, bytes: number][];

  beforeEach(async () => {
    held = [];
    invoker = fakeInvoker();
    invoker.tokens.set('good', caller);
    invoker.tokens.set('later', new Failure('unavailable', 'the database is away'));
    const bounds = createBounds();
    const noting: Bounds = {
      ...bounds,
      holdBody(owner, bytes, response) {
        held.push([owner, bytes]);
        return bounds.holdBody(owner, bytes, response);
      },
    };
    server = createServer(restRouter({ ...rest(invoker), bounds: noting, index })).listen(0);
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const call = (path: string, init?: RequestInit) => fetch(origin + path, init);
  const data = () => invoker.calls.map(({ data }) => data);

  it('hands over path, query and caller, the text of path and query converted by the schema', async () => {
    invoker.on('getThing', () => ({ reply: { id: 'a/b' } }));
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const response = await call('/things/a%2Fb?limit=10', { headers: { ...bearer, traceparent } });
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ id: 'a/b' });
    expect(response.headers.get('content-type')).to.equal('application/json');
    expect(response.headers.get('cache-control')).to.equal('no-store');
    expect(response.headers.has('etag')).to.equal(false);
    expect(response.headers.has('x-powered-by')).to.equal(false);
    const [made] = invoker.calls;
    expect(made?.binding.fn).to.equal(thing);
    expect(made?.data).to.deep.equal({ id: 'a/b', limit: 10 });
    expect(made?.caller).to.equal(caller);
    expect(made?.traceparent).to.equal(traceparent);
  });

  it('converts only what JSON would write in exactly this way', async () => {
    await call('/things?limit=-7&ratio=1.5e3&all=true&query=10');
    await call('/things?limit=1.5&ratio=0x10&all=1&query=');
    await call('/things?limit=9007199254740993&ratio=&all=TRUE&query=a%20b+c');
    expect(data()).to.deep.equal([
      { limit: -7, ratio: 1500, all: true, query: '10' },
      { limit: '1.5', ratio: '0x10', all: '1', query: '' },
      { limit: '9007199254740993', ratio: '', all: 'TRUE', query: 'a b c' },
    ]);
  });

  it('never converts members of a body', async () => {
    await call('/things/7', { method: 'PATCH', headers: { ...bearer, ...json }, body: '{"size":"10"}' });
    expect(data()).to.deep.equal([{ id: '7', size: '10' }]);
  });

  it('answers by the status of the result, with no content where there is nothing to say', async () => {
    const statuses: number[] = [];
    for (const result of [{}, { status: 'created', reply: {} }, { status: 'accepted', reply: {} }] as const) {
      invoker.on('makeThing', () => result);
      statuses.push((await call('/things', { method: 'POST' })).status);
    }
    invoker.on('makeThing', () => ({ status: 'accepted' }));
    const accepted = await call('/things', { method: 'POST' });
    expect([...statuses, accepted.status]).to.deep.equal([204, 201, 202, 202]);
    expect(await accepted.text()).to.equal('');
  });

  it('takes a body of 200 KB from who has signed in', async () => {
    const body = JSON.stringify({ ids: Array.from({ length: 5000 }, (_, index) => `id-${index}`.padEnd(36, 'x')) });
    const headers = { ...json, ...bearer };
    expect((await call('/things/7', { method: 'PATCH', headers, body })).status).to.equal(204);
    expect(data()).to.deep.equal([{ id: '7', ...JSON.parse(body) }]);
  });

  it('holds a body for who sends it, unless it came with its request and is less', async () => {
    const send = (body: string, more: RequestInit = {}) =>
      call('/things/7', { method: 'PATCH', headers: { ...json, ...bearer }, body, ...more });
    const padded = (bytes: number) => '{}'.padEnd(bytes);
    await send(padded(1_024));
    expect(held).to.deep.equal([]);
    await send(padded(1_025));
    const gzipped = gzipSync(padded(100));
    await send('', { headers: { ...json, ...bearer, 'content-encoding': 'gzip' }, body: gzipped });
    expect(held).to.deep.equal([
      ['u1', 1_025],
      ['u1', 1_048_576],
    ]);
  });

  it('ignores credentials where anybody may call', async () => {
    expect((await call('/things', { headers: { authorization: 'Bearer nonsense' } })).status).to.equal(204);
    expect(invoker.calls[0]?.caller).to.equal(undefined);
  });

  it('gives every failure its status, as problem details', async () => {
    const codes = {
      invalid: 400,
      unauthorized: 401,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      too_large: 413,
      unsupported: 415,
      rate_limited: 429,
      unavailable: 503,
      internal: 500,
    } as const;
    for (const [code, status] of Object.entries(codes)) {
      invoker.on('listThings', () => {
        throw new Failure(code as keyof typeof codes, `it is ${code}`, { errors: [{ path: '/a', message: 'bad' }] });
      });
      const response = await call('/things');
      expect(response.status).to.equal(status);
      expect(response.headers.get('content-type')).to.equal('application/problem+json');
      const { title, ...rest } = (await response.json()) as Record<string, unknown>;
      expect(title).to.be.a('string');
      expect(rest).to.deep.equal({
        type: 'about:blank',
        status,
        code: code === 'unsupported' ? 'invalid' : code,
        detail: `it is ${code}`,
        errors: [{ path: '/a', message: 'bad' }],
      });
      expect(response.headers.get('retry-after')).to.equal(status === 429 || status === 503 ? '1' : null);
      expect(response.headers.get('www-authenticate')).to.equal(status === 401 ? 'Bearer' : null);
    }
  });

  it('says in whole seconds when to come again', async () => {
    invoker.on('listThings', () => {
      throw new Failure('rate_limited', 'slow down', { retryAfterMs: 4200 });
    });
    expect((await call('/things')).headers.get('retry-after')).to.equal('5');
  });

  const bad: [string, string, RequestInit, number, string?][] = [
    ['no credentials', '/things/1', {}, 401],
    ['another scheme', '/things/1', { headers: { authorization: 'Basic Z29vZDo=' } }, 401],
    ['a garbled bearer', '/things/1', { headers: { authorization: 'Bearer good bad' } }, 401],
    ['an empty bearer', '/things/1', { headers: { authorization: 'Bearer ' } }, 401],
    ['a wrong token', '/things/1', { headers: { authorization: 'Bearer wrong' } }, 401],
    ['a token while the database is away', '/things/1', { headers: { authorization: 'Bearer later' } }, 503],
    ['an unknown route', '/nothing', {}, 404],
    ['a known path with another method', '/things', { method: 'DELETE' }, 404],
    ['a trailing slash', '/things/', {}, 404],
    ['a path in other case', '/THINGS', {}, 404],
    ['broken percent-encoding in a parameter', '/things/%E0%A4%A', { headers: bearer }, 400],
    ['broken percent-encoding elsewhere', '/%zz', {}, 400],
    ['broken percent-encoding in the query', '/things?query=%E0%A4%A', {}, 400],
    ['a query key twice', '/things?limit=1&limit=2', {}, 400, '/limit'],
    ['a query key that is a parameter', '/things/1?id=2', { headers: bearer }, 400, '/id'],
    ['a query on a POST', '/things?limit=1', { method: 'POST' }, 400, '/limit'],
    [
      'a body on a DELETE',
      '/things/1',
      { method: 'DELETE', headers: { ...bearer, ...json }, body: '{"a":1}' },
      400,
      '/a',
    ],
    [
      'a member that is a parameter',
      '/things/1',
      { method: 'PATCH', headers: { ...bearer, ...json }, body: '{"id":"2","size":1}' },
      400,
      '/id',
    ],
    ['malformed JSON', '/things', { method: 'POST', headers: json, body: '{"a":' }, 400],
    ['an array', '/things', { method: 'POST', headers: json, body: '[{}]' }, 400],
    ['a bare string', '/things', { method: 'POST', headers: json, body: '"a"' }, 400],
    ['null', '/things', { method: 'POST', headers: json, body: 'null' }, 400],
    [
      'bytes that are not UTF-8',
      '/things',
      { method: 'POST', headers: json, body: Buffer.from('{"a":"\xff"}', 'latin1') },
      400,
    ],
    ['deep nesting, broken off', '/things', { method: 'POST', headers: json, body: '[{"a":'.repeat(2_000) }, 400],
    ['a form', '/things', { method: 'POST', body: new URLSearchParams({ a: '1' }) }, 415],
    ['plain text', '/things', { method: 'POST', body: '{}' }, 415],
    [
      'another charset',
      '/things',
      { method: 'POST', headers: { 'content-type': 'application/json; charset=latin1' }, body: '{}' },
      415,
    ],
    [
      'UTF-16',
      '/things',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-16' },
        body: Buffer.from('{}', 'utf16le'),
      },
      415,
    ],
    [
      'an unknown encoding',
      '/things',
      { method: 'POST', headers: { ...json, 'content-encoding': 'rot13' }, body: '{}' },
      415,
    ],
    [
      'a lie about gzip',
      '/things',
      { method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' },
      400,
    ],
    ['a big body', '/things', { method: 'POST', headers: json, body: `{"a":"${'x'.repeat(1_100_000)}"}` }, 413],
    [
      'a small body that inflates',
      '/things',
      {
        method: 'POST',
        headers: { ...json, 'content-encoding': 'gzip' },
        body: gzipSync(`{"a":"${'x'.repeat(3e6)}"}`),
      },
      413,
    ],
  ];
  for (const [name, path, init, status, field] of bad) {
    it(`answers ${name} with ${status}, and calls nobody`, async () => {
      const response = await call(path, init);
      expect(response.status).to.equal(status);
      expect(response.headers.get('content-type')).to.equal('application/problem+json');
      const told = (await response.json()) as { status: number; detail: string; errors?: { path: string }[] };
      expect(told.status).to.equal(status);
      expect(told.detail).to.be.a('string').and.not.equal('');
      if (field !== undefined) expect(told.errors?.map(({ path }) => path)).to.deep.equal([field]);
      expect(invoker.calls).to.deep.equal([]);
    });
  }

  it('reads a body alike, whether it comes as one, in chunks or compressed', async () => {
    const bodies = ['{"a":"ü"}', '', 'null', '[{}]', '{"a":', '\ufeff{"b":1}', `{"a":"${'x'.repeat(20_000)}"}`];
    const broken = Buffer.from('{"a":"\xff"}', 'latin1');
    for (const body of [...bodies.map(text => Buffer.from(text)), broken]) {
      const chunked = { body: new Blob([body]).stream(), duplex: 'half' } as RequestInit;
      const compressed = { headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(body) };
      const told: unknown[] = [];
      for (const init of [{ body }, chunked, compressed]) {
        const before = invoker.calls.length;
        const response = await call('/things', { method: 'POST', headers: json, ...init });
        const { code } = JSON.parse((await response.text()) || '{}') as { code?: string };
        told.push({ status: response.status, code, data: data().slice(before) });
      }
      expect(told).to.deep.equal(told.map(() => told[0]));
    }
  });

  it('hands members with the names of prototypes on as members, and changes no prototype', async () => {
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    await call('/things', { method: 'POST', headers: json, body });
    await call('/things?__proto__=x&constructor=y');
    for (const each of data()) expect(Object.keys(each as object)).to.deep.equal(['__proto__', 'constructor']);
    expect(data()).to.have.length(2);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  it('says nothing of a defect', async () => {
    invoker.on('listThings', () => ({ reply: { big: 1n } }));
    const response = await call('/things');
    expect(response.status).to.equal(500);
    expect(((await response.json()) as { detail: string }).detail).to.equal('something went wrong');
  });

  it('answers HEAD like GET, without a body', async () => {
    invoker.on('listThings', () => ({ reply: { a: 1 } }));
    const response = await call('/things', { method: 'HEAD', headers: { 'if-none-match': '*' } });
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-length')).to.equal('7');
    expect(await response.text()).to.equal('');
  });

  it('answers the index page', async () => {
    const response = await call('/');
    expect(response.headers.get('content-type')).to.match(/^text\/html/);
    expect(await response.text()).to.equal('<h1>What this is</h1>');
  });

  for (const [kind, headers] of [
    ['a length', { 'content-length': '10' }],
    ['chunks', { 'transfer-encoding': 'chunked' }],
  ] as const) {
    it(`carries out nothing whose body, sent with ${kind}, comes when the session has ended`, async () => {
      const held = rawRequest(`${origin}/things/7`, {
        method: 'PATCH',
        headers: { ...bearer, ...json, ...headers },
      });
      const answered = once(held, 'response');
      held.write('{"size"');
      await eventually('authenticated', () => invoker.authenticated.includes('good'));
      invoker.tokens.delete('good');
      held.end(':1}');
      const [{ statusCode }] = await answered;
      expect(statusCode).to.equal(401);
      expect(invoker.calls).to.deep.equal([]);
    });
  }

  it('authenticates once who sends the body with the headers', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const head = 'PATCH /things/7 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\nconnection: close\r\n';
    socket.write(`${head}content-type: application/json\r\ncontent-length: 10\r\n\r\n{"size":1}`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).to.match(/^HTTP\/1.1 204 /);
    expect(invoker.authenticated).to.deep.equal(['good']);
  });

  it('outlives a client that goes away in the middle of its body, or before the answer', async () => {
    const half = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(half, 'connect');
    half.write('POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a"');
    half.destroy();
    const asked = new Promise<void>(resolve => {
      invoker.on('listThings', async () => {
        resolve();
        await once(waiting, 'close');
        return { reply: {} };
      });
    });
    const waiting = rawRequest(`${origin}/things`).on('error', () => {});
    waiting.end();
    await asked;
    waiting.destroy();
    expect((await call('/things', { method: 'POST' })).status).to.equal(204);
  });
});
