import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import Type from 'typebox';
import { event } from '#runtime/contract/event-type.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Output } from '#runtime/contract/output.js';
import { on } from '#runtime/contract/service.js';
import { cloudEvent } from '#runtime/contract/trigger.js';
import { createBounds } from '#runtime/http/bounds/bounds.js';
import { createReceiver } from '#runtime/http/receiver.js';
import { eventually } from '../../support/eventually.js';
import { define, workbench } from '../core/workbench.js';

const Greeting = Type.Object({ name: Type.String({ minLength: 1 }) });
type Greeting = Output<typeof Greeting>;

const greet = define.single({
  name: 'greet',
  access: 'nobody',
  needs: [],
  summary: 'Greets.',
  input: Greeting,
  output: { ok: Type.Object({ hello: Type.String() }) },
  replyType: 'greeted.v1',
  handle: (_, { data }) => {
    if (data.name === 'nobody') throw new Failure('not_found', 'there is nobody');
    if (data.name === 'later') throw new Failure('unavailable', 'not now', { retryAfterMs: 2_500 });
    if (data.name === 'busy') throw new Failure('rate_limited', 'too much');
    if (data.name === 'bug') throw new TypeError('secret internals');
    return { reply: { hello: data.name } };
  },
});

const count = define.batch({
  name: 'count',
  access: 'nobody',
  needs: [],
  summary: 'Says nothing.',
  input: Greeting,
  handle: (_, events) => ({ items: events.map(() => ({})) }),
});

describe('CloudEvents on POST /', () => {
  let server: Server;
  let url: string;
  let options: Parameters<typeof createReceiver>[0];

  before(async () => {
    const { runBatch } = workbench();
    let ids = 0;
    options = {
      bindings: [
        on(cloudEvent(event<Greeting>('greet.v1')), greet),
        on(cloudEvent(event<Greeting>('count.v1')), count),
      ],
      runBatch,
      newId: () => `reply-${++ids}`,
      source: '/test',
    };
    server = createServer(createReceiver(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => server.close());

  const envelope = (type: string, data: unknown, id = '1') => ({ specversion: '1.0', id, source: '/x', type, data });

  const structured = (body: unknown) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(body),
    });

  const batch = (body: unknown) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(body),
    });

  const binary = (type: string, data: unknown, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/x',
        'ce-type': type,
        ...headers,
      },
      body: JSON.stringify(data),
    });

  it('says to a sender of webhooks that it may send', async () => {
    const headers = { 'webhook-request-origin': 'events.example.com', 'webhook-request-rate': '120' };
    const { status, headers: told } = await fetch(url, { method: 'OPTIONS', headers });
    expect(status).to.equal(200);
    expect(told.get('webhook-allowed-origin')).to.equal('events.example.com');
    expect(told.get('webhook-allowed-rate')).to.equal('*');
    expect(told.get('allow')).to.equal('POST');
  });

  for (const encoding of ['gzip', 'br', 'deflate, gzip']) {
    it(`refuses a body that is compressed with ${encoding} as of a kind that it does not take`, async () => {
      const response = await binary('greet.v1', { name: 'Ada' }, { 'content-encoding': encoding });
      expect(response.status).to.equal(415);
    });
  }

  it('answers a binary event with a binary reply', async () => {
    const response = await binary('greet.v1', { name: 'Ada' });
    expect(response.status).to.equal(200);
    expect(response.headers.get('ce-type')).to.equal('greeted.v1');
    expect(response.headers.get('ce-source')).to.equal('/test');
    expect(await response.json()).to.deep.equal({ hello: 'Ada' });
  });

  it('answers a structured event with a structured reply', async () => {
    const response = await structured(envelope('greet.v1', { name: 'Ada' }));
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.contain('application/cloudevents+json');
    expect(await response.json())
      .to.include({ type: 'greeted.v1' })
      .with.deep.property('data', { hello: 'Ada' });
  });

  it('answers a batch with a batch, in order', async () => {
    const response = await batch([
      envelope('greet.v1', { name: 'Ada' }),
      envelope('count.v1', { name: 'x' }),
      envelope('greet.v1', { name: 'Bob' }),
    ]);
    expect(response.status).to.equal(200);
    const replies = (await response.json()) as { data: { hello: string } }[];
    expect(replies.map(reply => reply.data.hello)).to.deep.equal(['Ada', 'Bob']);
  });

  it('answers 204 when there is nothing to say', async () => {
    expect((await binary('count.v1', { name: 'x' })).status).to.equal(204);
    expect((await batch([])).status).to.equal(204);
  });

  const refused: readonly [what: string, status: number, send: () => Promise<Response>][] = [
    ['what is no CloudEvent', 400, () => fetch(url, { method: 'POST', body: 'hello' })],
    ['an event without an id', 400, () => structured({ ...envelope('greet.v1', {}), id: undefined })],
    ['an unknown version', 400, () => binary('greet.v1', {}, { 'ce-specversion': '9.9' })],
    [
      'broken JSON',
      400,
      () => fetch(url, { method: 'POST', headers: { 'content-type': 'application/cloudevents+json' }, body: '{' }),
    ],
    ['an unknown type', 404, () => binary('nothing.v1', {})],
    ['data that does not fit', 422, () => binary('greet.v1', { name: '' })],
    ['no data', 422, () => structured({ ...envelope('greet.v1', {}), data: undefined })],
    ['what the function refuses for good', 422, () => binary('greet.v1', { name: 'nobody' })],
    ['what is too much', 429, () => binary('greet.v1', { name: 'busy' })],
    ['what cannot be done now', 503, () => binary('greet.v1', { name: 'later' })],
    ['what fails', 500, () => binary('greet.v1', { name: 'bug' })],
    ['2 MB', 413, () => structured(envelope('greet.v1', { name: 'x'.repeat(2_000_000) }))],
    [
      'a batch with one bad event, and runs none of it',
      422,
      () => batch([envelope('greet.v1', { name: 'Ada' }), envelope('greet.v1', {})]),
    ],
  ];
  for (const [what, status, send] of refused) {
    it(`answers ${status} to ${what}`, async () => {
      const response = await send();
      expect(response.status).to.equal(status);
      expect(response.headers.get('content-type')).to.equal('application/problem+json');
      const problem = (await response.json()) as { status: number; detail: string };
      expect(problem.status).to.equal(status);
      expect(JSON.stringify(problem)).not.to.contain('secret internals');
    });
  }

  it('says when to try again', async () => {
    expect((await binary('greet.v1', { name: 'later' })).headers.get('retry-after')).to.equal('3');
    expect((await binary('greet.v1', { name: 'busy' })).headers.get('retry-after')).to.equal('1');
  });

  it('names the field that does not fit', async () => {
    const problem = (await (await binary('greet.v1', { name: 7 })).json()) as { errors: { path: string }[] };
    expect(problem.errors.map(error => error.path)).to.deep.equal(['/name']);
  });

  describe('beside what its sender has not finished', () => {
    const share = 64 * 1024;
    const bounds = createBounds({ limits: { bytes: { each: share, all: 1_000_000 } } });
    let bounded: Server;
    before(async () => {
      bounded = createServer(createReceiver({ ...options, bounds })).listen(0, '127.0.0.1');
      await once(bounded, 'listening');
    });
    after(() => {
      bounded.closeAllConnections();
      bounded.close();
    });
    const port = () => (bounded.address() as AddressInfo).port;
    const whole = async () =>
      (
        await fetch(`http://127.0.0.1:${port()}/`, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents+json' },
          body: JSON.stringify(envelope('count.v1', { name: 'x'.repeat(5_000) })),
        })
      ).status;
    const begin = (headers: OutgoingHttpHeaders, body: string) => {
      const half = request({ port: port(), host: '127.0.0.1', method: 'POST', agent: false, headers }).on(
        'error',
        () => {},
      );
      half.write(body);
      return half;
    };

    it('counts with as much as it says that it has', async () => {
      const half = begin({ 'content-length': share - 1 }, '{');
      await eventually('there is no room', async () => (await whole()) === 429);
      half.destroy();
      await eventually('there is room again', async () => (await whole()) === 204);
    });

    it('counts with what has come of it, where it does not say', async () => {
      const half = begin({ 'transfer-encoding': 'chunked' }, '{');
      expect(await whole()).to.equal(204);
      half.write('x'.repeat(share - 1_000));
      await eventually('there is no room', async () => (await whole()) === 429);
      half.write('x'.repeat(2_000));
      await eventually('it is cut off', () => half.destroyed);
      await eventually('there is room again', async () => (await whole()) === 204);
    });
  });

  describe('with a token', () => {
    const TOKEN = 'a-token.of~its+own/123==';
    let guarded: Server;
    before(async () => {
      guarded = createServer(createReceiver({ ...options, token: TOKEN })).listen(0, '127.0.0.1');
      await once(guarded, 'listening');
    });
    after(() => guarded.close());

    const send = (headers: Record<string, string>, body = JSON.stringify(envelope('count.v1', { name: 'x' }))) =>
      fetch(`http://127.0.0.1:${(guarded.address() as AddressInfo).port}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json', ...headers },
        body,
      });

    it('takes events from whom brings it', async () => {
      expect((await send({ authorization: `Bearer ${TOKEN}` })).status).to.equal(204);
      expect((await send({ authorization: `bearer ${TOKEN}` })).status).to.equal(204);
    });

    for (const [what, headers] of [
      ['no credentials', {}],
      ['another token', { authorization: 'Bearer another' }],
      ['the beginning of it', { authorization: `Bearer ${TOKEN.slice(0, -3)}` }],
      ['more than it', { authorization: `Bearer a${TOKEN}` }],
      ['it under another scheme', { authorization: `Basic ${TOKEN}` }],
      ['it without a scheme', { authorization: TOKEN }],
      ['an empty one', { authorization: 'Bearer ' }],
      ['the word of a proxy that it comes from this machine', { 'x-forwarded-for': '127.0.0.1' }],
    ] as const) {
      it(`answers ${what} with 401, and does not even look at the event`, async () => {
        const answer = await send(headers, 'no event at all');
        expect(answer.status).to.equal(401);
        expect(answer.headers.get('www-authenticate')).to.equal('Bearer');
        expect(answer.headers.get('content-type')).to.equal('application/problem+json');
      });
    }
  });
});
