/** Routes whose function sees the request as it came, and answers as its protocol wants: bytes on a connection, both ways. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import Type from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { Context } from '#runtime/contract/function.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import type { RawRequest } from '#runtime/contract/raw.js';
import { on } from '#runtime/contract/service.js';
import { http, type Method } from '#runtime/contract/trigger.js';
import { until } from '../../support/eventually.js';
import { define } from '../core/workbench.js';
import { type Stage, stage } from './bytes/stage.js';

type Answer = Outcome<never, never, never>;

describe('a raw route', () => {
  let the: Stage;
  let take: (context: Context, id: string) => Answer | Promise<Answer>;
  const sockets: Socket[] = [];

  const raw = define.single({
    name: 'speak',
    access: 'nobody',
    needs: [],
    summary: 'Speaks a protocol of its own.',
    input: Type.Object({ id: Type.Optional(Type.Integer()) }, { additionalProperties: false }),
    handle: (context, { data: { id } }) => take(context, String(id)),
  });
  const anybody = define.single({ ...raw, name: 'anybody', access: 'public' as 'anybody' });
  const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'];
  const headers = { 'X-Protocol': '7' };

  beforeEach(async () => {
    take = () => ({ response: { status: 204 } });
    the = await stage({
      more: [
        ...METHODS.map(method => on(http.raw(method, '/raw/:id', { maxBytes: 1_000, headers }), raw)),
        on(http.raw('OPTIONS', '/raw{/:id}', { headers }), anybody),
        on(http.raw('DELETE', '/none/:id'), raw),
      ],
    });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await the.close();
  });

  const port = () => Number(new URL(the.url).port);

  /** What comes over a connection of its own for these bytes, until the server closes it. */
  async function said(...lines: readonly string[]): Promise<string> {
    const socket = connect(port(), '127.0.0.1').setEncoding('latin1');
    sockets.push(socket);
    let heard = '';
    socket.on('data', chunk => {
      heard += chunk;
    });
    socket.write(lines.join('\r\n'));
    await once(socket, 'close');
    return heard;
  }
  const HOST = ['host: here', 'connection: close', 'authorization: Bearer ann'];
  const ask = (line: string, more: readonly string[] = [], body = '') =>
    said(`${line} HTTP/1.1`, ...HOST, ...more, '', body);
  const headersOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n')).toLowerCase();
  const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4);

  it('sees method, target and headers, and no credentials', async () => {
    let request: RawRequest | undefined;
    let given: unknown;
    take = (context, id) => {
      ({ request } = context);
      given = id;
      return { response: { status: 204 } };
    };
    await ask('PATCH /raw/7?a=1&a=2', ['x-thing: one', 'x-thing: two', 'cookie: a=b', 'content-length: 0']);
    expect(given).to.equal('7');
    expect(request).to.deep.equal({
      method: 'PATCH',
      url: '/raw/7?a=1&a=2',
      headers: { host: 'here', connection: 'close', 'x-thing': 'one, two', 'content-length': '0' },
    });
  });

  it('checks what the path names, and nothing else', async () => {
    const answer = await ask('GET /raw/seven?x=1');
    expect(answer).to.match(/^HTTP\/1.1 400 /);
    expect(bodyOf(answer)).to.include('/id');
  });

  it('answers with status, headers and body of its own, framed and protected as any other', async () => {
    take = () => ({
      response: {
        status: 423,
        headers: { 'Content-Type': 'text/plain', 'X-Own': 'yes', 'cache-control': 'private' },
        body: 'läuft',
      },
    });
    const answer = await ask('POST /raw/1', ['content-length: 0']);
    expect(answer).to.match(/^HTTP\/1.1 423 Locked/);
    expect(headersOf(answer)).to.include('content-length: 6');
    for (const line of ['x-own: yes', 'content-type: text/plain', 'x-content-type-options: nosniff', 'x-protocol: 7'])
      expect(headersOf(answer)).to.include(line);
    expect(headersOf(answer).match(/cache-control: \S+/g)).to.deep.equal(['cache-control: private']);
    expect(Buffer.from(bodyOf(answer), 'latin1').toString()).to.equal('läuft');
  });

  for (const [method, status] of [
    ['HEAD', 200],
    ['OPTIONS', 204],
    ['DELETE', 204],
    ['PATCH', 204],
  ] as const) {
    it(`answers ${method}, whose answer has no body`, async () => {
      take = ({ request }) => ({ response: { status, headers: { 'x-was': request?.method ?? '' } } });
      const answer = await ask(`${method} /raw/1`, method === 'PATCH' ? ['content-length: 0'] : []);
      expect(answer).to.match(new RegExp(`^HTTP/1.1 ${status} `));
      expect(headersOf(answer)).to.include(`x-was: ${method.toLowerCase()}`);
      expect(bodyOf(answer)).to.equal('');
    });
  }

  it('answers OPTIONS of anybody, of a path without its optional part', async () => {
    const answer = await said('OPTIONS /raw HTTP/1.1', 'host: here', 'connection: close', '', '');
    expect(answer).to.match(/^HTTP\/1.1 204 /);
    expect(headersOf(answer)).to.include('x-protocol: 7').and.not.include('allow:');
  });

  it('says what every answer says, also where it refuses before the function is called', async () => {
    const refused = await said('HEAD /raw/1 HTTP/1.1', 'host: here', 'connection: close', '', '');
    expect(refused).to.match(/^HTTP\/1.1 401 /);
    expect(headersOf(refused)).to.include('x-protocol: 7');
    take = () => {
      throw new Failure('conflict', 'no');
    };
    const failed = await ask('GET /raw/1');
    expect(failed).to.match(/^HTTP\/1.1 409 /);
    expect(headersOf(failed)).to.include('x-protocol: 7').and.include('application/problem+json');
  });

  it('says once what both the route and the answer say, as the answer has it', async () => {
    take = () => ({ response: { status: 200, headers: { 'X-Protocol': '8' } } });
    expect(headersOf(await ask('GET /raw/1')).match(/x-protocol: \d/g)).to.deep.equal(['x-protocol: 8']);
  });

  it('takes a body as it comes, within its bound', async () => {
    let taken = '';
    take = async ({ body }) => {
      for await (const chunk of body!.bytes) taken += Buffer.from(chunk).toString();
      return { response: { status: 200, body: taken } };
    };
    const chunked = ['transfer-encoding: chunked'];
    expect(bodyOf(await ask('PATCH /raw/1', chunked, '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'))).to.equal('abcde');
    expect(await ask('PATCH /raw/1', ['content-length: 1001'])).to.match(/^HTTP\/1.1 413 /);
    const cut = await ask('PATCH /raw/1', chunked, `3e9\r\n${'x'.repeat(1_001)}\r\n0\r\n\r\n`);
    expect(cut).to.match(/^HTTP\/1.1 413 /);
    expect(await ask('DELETE /none/1', ['content-length: 1'], 'x')).to.match(/^HTTP\/1.1 413 /);
  });

  it('tells the function when the client is gone', async () => {
    let gone = false;
    take = async ({ signal }) => {
      await until(() => signal?.aborted);
      gone = true;
      return { response: { status: 204 } };
    };
    const socket = connect(port(), '127.0.0.1');
    sockets.push(socket);
    socket.write(['GET /raw/1 HTTP/1.1', ...HOST, '', ''].join('\r\n'));
    await once(socket, 'connect');
    await until(() => the.authenticated.length > 0);
    socket.destroy();
    await until(() => gone);
  });

  for (const [what, response] of [
    ['no status of an answer', { status: 101 }],
    ['a fraction of a status', { status: 200.5 }],
    ['a body where there is none', { status: 204, body: 'x' }],
    ['how it is framed', { status: 200, headers: { 'Content-Length': '7' } }],
    ['what is no header', { status: 200, headers: { 'a b': '7' } }],
    ['two lines in one', { status: 200, headers: { a: '7\r\nb: 8' } }],
  ] as const) {
    it(`is a defect that answers ${what}`, async () => {
      take = () => ({ response });
      expect(await ask('GET /raw/1')).to.match(/^HTTP\/1.1 500 /);
      expect(the.defects).to.have.length(1);
    });
  }

  it('is what an answer like that needs', async () => {
    const answered = define.single({ ...raw, name: 'answered' });
    await the.close();
    the = await stage({ more: [on(http.get('/plain/:id'), answered)] });
    expect(await ask('GET /plain/1')).to.match(/^HTTP\/1.1 500 /);
    expect(() => http.raw('GET', '/raw', { headers: { 'Content-Length': '1' } })).to.throw(/not a header/);
  });
});
