/** What strangers, and people who do not read, can make a gateway hold in memory. */
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { eventually } from '../../../support/eventually.js';
import { type Front, front } from '../../../support/front.js';
import { callerOf } from '../../../support/gateway.js';
import { request } from '../../../support/rest.js';

const KIB = 1024;

describe('a body', () => {
  let the: Front;
  const sockets: Socket[] = [];
  const halves: ClientRequest[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const half of halves.splice(0)) half.destroy();
    await the.close();
  });

  /** Announces so many bytes and sends the first. Tells with which status it is answered, once it is. */
  function half(bytes: number | undefined, headers: Record<string, string> = {}): () => number | undefined {
    const length = bytes === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': `${bytes}` };
    const begun = send(`${the.url}/v1/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...length, ...headers },
      agent: false,
    }).on('error', () => {});
    halves.push(begun);
    let status: number | undefined;
    begun.on('response', (response: IncomingMessage) => {
      status = response.statusCode;
      response.resume();
    });
    begun.write('{');
    return () => status;
  }
  const refused = (wanted: number, of: readonly (() => number | undefined)[]) =>
    eventually(`${wanted} are refused`, () => of.filter(status => status() !== undefined).length >= wanted);

  it('of somebody who has not signed in is small', async () => {
    the = await front();
    const filled = (bytes: number) => ({ raw: `{"a":"${'x'.repeat(bytes)}"}` });
    expect((await request(the.url, 'POST', '/v1/open', filled(15 * KIB))).status).to.equal(204);
    expect((await request(the.url, 'POST', '/v1/open', filled(17 * KIB))).status).to.equal(413);
    const inflated = { 'content-type': 'application/json; charset="utf-8"' };
    expect((await request(the.url, 'POST', '/v1/open', { ...filled(17 * KIB), headers: inflated })).status).to.equal(
      413,
    );
  });

  it('that says that it is too large is refused before it comes', async () => {
    the = await front();
    const status = half(20 * KIB);
    await refused(1, [status]);
    expect(status()).to.equal(413);
  });

  it('that never comes to its end counts for its address, and others are not kept waiting for it', async () => {
    the = await front({ shares: { bytes: { each: 64 * KIB, all: KIB * KIB } }, trustProxy: '127.0.0.1' });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const statuses = Array.from({ length: 8 }, () => half(10 * KIB, from('2001:db8::1')));
    await refused(2, statuses);
    const more = [half(10 * KIB, from('2001:db8::2')), half(undefined, from('2001:db8::3'))];
    await refused(2, more);
    expect(
      more.map(status => status()),
      'another address of the same /64; a length that is not said',
    ).to.deep.equal([429, 429]);
    const whole = (address: string) =>
      request(the.url, 'POST', '/v1/open', { body: { a: 'x'.repeat(10 * KIB) }, headers: from(address) });
    expect((await whole('203.0.113.9')).status).to.equal(204);
    expect((await whole('2001:db8::4')).status).to.equal(429);
    expect(statuses.filter(status => status() === 429)).to.have.length(2);
    for (const begun of halves.splice(0)) begun.destroy();
    await eventually('there is room again', async () => (await whole('2001:db8::1')).status === 204);
  });

  it('is refused with 503 when all together are too much', async () => {
    the = await front({ shares: { bytes: { each: 64 * KIB, all: 64 * KIB } }, trustProxy: '127.0.0.1' });
    const statuses = [1, 2, 3, 4, 5, 6, 7].map(n => half(10 * KIB, { 'x-forwarded-for': `203.0.113.${n}` }));
    await refused(1, statuses);
    expect(statuses.map(status => status()).filter(status => status !== undefined)).to.deep.equal([503]);
  });
});

describe('an answer', () => {
  /** More than two sockets have room for, which the system makes larger as it sees fit: Linux up to 4 and 32 MB. */
  const LARGE = 'x'.repeat(48_000_000);
  const shares = { bytes: { each: 120_000_000, all: 400_000_000 } };
  let the: Front;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await the.close();
  });

  /** Asks and does not read. */
  async function deaf(): Promise<Socket> {
    const socket = connect(the.port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    socket.pause();
    socket.write('GET /v1/things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ann\r\n\r\n');
    return socket;
  }

  it('that nobody reads counts for who asked, until it is read or given up', async () => {
    the = await front({ shares });
    the.invoker.on('things', () => ({ reply: LARGE }));
    for (let n = 0; n < 2; n++) await deaf();
    await eventually('both are held', () => the.bounds.bytes.refuses('ann', LARGE.length) === 'each');
    const refused = await request<{ code: string }>(the.url, 'GET', '/v1/things', { token: 'ann' });
    expect(refused.status).to.equal(429);
    expect(refused.body.code).to.equal('rate_limited');
    expect(refused.headers.get('retry-after')).to.equal('1');
    expect((await request(the.url, 'POST', '/v1/open', { body: {} })).status, 'of somebody else').to.equal(204);
    for (const socket of sockets.splice(0)) socket.destroy();
    await eventually(
      'there is room again',
      async () => (await request(the.url, 'GET', '/v1/things', { token: 'ann' })).status === 200,
    );
  });

  it('of /metrics counts as others do, and health is told whatever is held', async () => {
    the = await front();
    const status = async (path: string) => (await request(the.url, 'GET', path)).status;
    const others = { bytes: the.bounds.limits.bytes.each, giveWay() {} };
    the.bounds.bytes.add('127.0.0.1', others);
    expect(await status('/metrics')).to.equal(429);
    expect(await status('/health/liveness')).to.equal(200);
    the.bounds.bytes.remove(others);
    expect(await status('/metrics')).to.equal(200);
  });

  it('that nobody reads is given up after some seconds', async () => {
    the = await front({ shares });
    the.invoker.on('things', () => ({ reply: LARGE }));
    const socket = await deaf();
    const since = performance.now();
    await eventually('it is asked', () => the.invoker.calls.length === 1);
    await eventually('the gateway cuts the line', async () => (await the.connections()) === 0, { within: 50_000 });
    expect(performance.now() - since).to.be.within(8_000, 50_000);
    socket.destroy();
  });
});

describe('questions of one person', () => {
  let the: Front;
  afterEach(() => the.close());

  it('are answered four at a time, and those of others meanwhile', async () => {
    the = await front();
    the.invoker.tokens.set('ben', callerOf('ben'));
    const held: (() => void)[] = [];
    the.invoker.on('things', ({ caller }) =>
      caller?.userId === 'ben' ? {} : new Promise(go => held.push(() => go({}))),
    );
    const ask = (token: string) => request(the.url, 'GET', '/v1/things', { token });
    const answers = Array.from({ length: 10 }, () => ask('ann'));
    await eventually('four are asked', () => held.length === 4);
    expect((await ask('ben')).status).to.equal(204);
    expect(held).to.have.length(4);
    for (let answered = 0; answered < 10; answered++) {
      await eventually('one is asked', () => held.length > 0);
      held.shift()?.();
    }
    expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal(Array(10).fill(204));
  });
});
