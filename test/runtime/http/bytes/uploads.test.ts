/** Bodies that a function takes as they come. */
import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import type { Failure } from '#runtime/contract/failure.js';
import type { Context } from '#runtime/contract/function.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import { until } from '../../../support/eventually.js';
import { failureOf } from '../../../support/failure.js';
import { answerTo, MAX_BYTES, MIB, type Stage, type StageOptions, stage } from './stage.js';

describe('a body of bytes', () => {
  let the: Stage;
  const timers: NodeJS.Timeout[] = [];
  const open = async (options?: StageOptions) => {
    the = await stage(options);
  };
  afterEach(async () => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    await the.close();
  });

  const put = (headers: Record<string, string | number> = {}, path = '/files/1') => the.ask('PUT', path, headers);
  const send = (asked: ClientRequest, bytes: Uint8Array | string) => {
    asked.end(bytes);
    return answerTo(asked);
  };
  const codeOf = ({ text }: { text: string }) => (JSON.parse(text) as { code: string }).code;

  /** The function takes what comes chunk by chunk; `heard` is how that ended. */
  function taking() {
    const taken = { bytes: 0, heard: undefined as unknown, signal: undefined as Context['signal'] };
    the.take = async ({ body, signal }) => {
      taken.signal = signal;
      try {
        for await (const chunk of body!.bytes) taken.bytes += chunk.length;
        taken.heard = 'the end';
      } catch (thrown) {
        taken.heard = thrown;
        throw thrown;
      }
      return { status: 'created', reply: taken.bytes };
    };
    return taken;
  }

  it('comes to the function with its type and length, and its data are those of path and query', async () => {
    await open();
    let given: unknown;
    the.take = async ({ body }, id, mode) => {
      const { type, length } = body!;
      given = { id, mode, type, length };
      return {};
    };
    await send(put({ 'content-type': 'image/png; q=1' }, '/files/a%2Fb?mode=fast'), 'abc');
    expect(given).to.deep.equal({ id: 'a/b', mode: 'fast', type: 'image/png; q=1', length: 3 });
    const chunked = put({ 'transfer-encoding': 'chunked' });
    await send(chunked, 'abc');
    expect(given).to.deep.equal({ id: '1', mode: undefined, type: 'application/octet-stream', length: undefined });
    await answerTo(put({ 'content-length': 0 }).end());
    expect(given).to.have.property('length', 0);
    expect((await send(put({}, '/files/1?other=2'), 'abc')).status).to.equal(400);
  });

  it('is taken as it comes, before it is whole', async () => {
    await open();
    const taken = taking();
    const asked = put();
    asked.write('first');
    await until(() => taken.bytes === 5);
    asked.write('second');
    await until(() => taken.bytes === 11);
    const answer = await send(asked, 'third');
    expect(answer).to.include({ status: 201, text: '16' });
  });

  it('comes no faster than it is taken, and counts only by what is buffered', async () => {
    const each = MIB / 2;
    await open({ each });
    let goOn = (): void => {};
    const held = new Promise<void>(resolve => {
      goOn = resolve;
    });
    let first: Uint8Array | undefined;
    the.take = async ({ body }) => {
      let size = 0;
      for await (const chunk of body!.bytes) {
        first ??= chunk;
        await held;
        size += chunk.length;
      }
      return { reply: size };
    };
    const asked = put({ 'content-length': MAX_BYTES });
    asked.end(Buffer.alloc(MAX_BYTES, 'x'));
    await until(() => first);
    expect(asked.writableLength).to.be.above(MAX_BYTES / 4);
    const others = await answerTo(the.ask('GET', '/files/1').end());
    expect(others.status, 'there is room for something else').to.equal(200);
    goOn();
    expect((await answerTo(asked)).text).to.equal(String(MAX_BYTES));
  });

  it('counts for whoever sends it', async () => {
    await open({ each: 64 * 1024 });
    const taken = taking();
    const halves = [1, 2, 3, 4, 5].map(() => put());
    const answers = halves.map(answerTo);
    for (const answer of answers) answer.catch(() => {});
    for (const half of halves) half.write('x');
    expect((await Promise.race(answers)).status).to.equal(429);
    await until(() => taken.bytes >= 3);
  });

  it('that says that it is too large is refused before the function is called', async () => {
    await open();
    const taken = taking();
    const asked = put({ 'content-length': MAX_BYTES + 1 });
    asked.write('x');
    const answer = await answerTo(asked);
    expect(answer.status).to.equal(413);
    expect(codeOf(answer)).to.equal('too_large');
    expect(taken.signal).to.equal(undefined);
  });

  it('that becomes too large is cut, and the function hears of it', async () => {
    await open();
    const taken = taking();
    const asked = put({ 'transfer-encoding': 'chunked' });
    const answer = await send(asked, Buffer.alloc(MAX_BYTES + 1));
    expect(answer.status).to.equal(413);
    expect(taken.bytes).to.be.at.most(MAX_BYTES);
    expect(taken.heard).to.have.property('code', 'too_large');
  });

  it('that breaks off ends for the function with a failure, and with its signal', async () => {
    await open();
    const taken = taking();
    const asked = put({ 'content-length': 100 });
    asked.write('half');
    await until(() => taken.bytes === 4);
    expect(taken.signal?.aborted).to.equal(false);
    asked.destroy();
    await until(() => taken.heard);
    expect(taken.heard).to.have.property('code', 'invalid');
    await until(() => taken.signal?.aborted);
    expect(the.defects).to.deep.equal([]);
  });

  it('that does not go on is given up', async () => {
    await open({ pace: { idleMs: 100, bytesPerSecond: 1, graceMs: 60_000 } });
    const taken = taking();
    const asked = put({ 'content-length': 100 });
    asked.write('half');
    expect((await answerTo(asked)).status).to.equal(400);
    expect((taken.heard as Failure).message).to.match(/does not go on/);
  });

  it('that drips is given up, however often something comes', async () => {
    await open({ pace: { idleMs: 5_000, bytesPerSecond: 1_000_000, graceMs: 200 } });
    const taken = taking();
    const asked = put({ 'content-length': 10_000 });
    timers.push(setInterval(() => asked.write('x'), 20));
    expect((await answerTo(asked)).status).to.equal(400);
    expect(taken.bytes).to.be.above(1);
  });

  it('may take longer than another may, while the time that the function takes is not the client’s', async () => {
    await open({ requestTimeoutMs: 150, pace: { idleMs: 400, bytesPerSecond: 1_000_000, graceMs: 400 } });
    const began = performance.now();
    const over = () => performance.now() - began > 600;
    let taken = 0;
    the.take = async ({ body }) => {
      for await (const chunk of body!.bytes) {
        if (taken === 0) await until(over);
        taken += chunk.length;
      }
      return { reply: taken };
    };
    const asked = put({ 'content-length': 11 });
    asked.write('one ');
    const json = put({ 'content-type': 'application/json', 'content-length': 100 }, '/json/1');
    json.write('{');
    expect((await answerTo(json)).status, 'another').to.equal(408);
    expect(over()).to.equal(false);
    asked.write('two ');
    await until(() => taken === 8);
    expect(over()).to.equal(true);
    await until(() => performance.now() - began > 750);
    expect((await send(asked, 'end')).text).to.equal('11');
  });

  it('that comes slowly, but fast enough, is taken', async () => {
    await open({ pace: { idleMs: 5_000, bytesPerSecond: 1_000, graceMs: 100 } });
    const taken = taking();
    const asked = put();
    timers.push(setInterval(() => asked.write('x'.repeat(200)), 30));
    await until(() => taken.bytes >= 3_000 || taken.heard);
    for (const timer of timers.splice(0)) clearInterval(timer);
    expect((await send(asked, '')).status).to.equal(201);
  });

  it('of which a function leaves the rest has, for the rest, as long as any other', async () => {
    await open({ requestTimeoutMs: 150 });
    the.take = async ({ body }) => {
      for await (const chunk of body!.bytes) return { reply: chunk.length };
      return {};
    };
    const asked = put({ 'content-length': 100, connection: 'keep-alive' });
    asked.write('half');
    expect((await answerTo(asked)).text).to.equal('4');
    await once(asked.socket!, 'close');
  });

  it('of which a function leaves the rest does not stand in the way of the next request of its connection', async () => {
    await open();
    the.take = async ({ body }) => {
      for await (const chunk of body!.bytes) return { reply: chunk.length > 0 };
      return {};
    };
    const socket = connect({ port: Number(new URL(the.url).port) });
    let heard = '';
    socket.setEncoding('latin1').on('data', text => {
      heard += text;
    });
    const request = (head: string) => `${head} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ann\r\n`;
    socket.write(`${request('PUT /files/1')}content-length: ${4 * MIB}\r\n\r\nbegin`);
    await until(() => heard.includes('true'));
    socket.write(Buffer.alloc(4 * MIB - 5, 'x'));
    socket.write(`${request('GET /files/1')}connection: close\r\n\r\n`);
    await once(socket, 'close');
    expect(heard.match(/HTTP\/1.1 \d+/g)).to.deep.equal(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('is not read for who may not send it', async () => {
    await open();
    const taken = taking();
    for (const [user, status] of [
      ['eve', 401],
      ['ben', 403],
    ] as const) {
      if (status === 403) the.users.add(user);
      the.forbidden.add(user);
      const asked = put({ authorization: `Bearer ${user}`, 'content-length': 10 });
      asked.write('x');
      expect((await answerTo(asked)).status).to.equal(status);
    }
    expect(taken.signal).to.equal(undefined);
  });

  for (const [what, end, status] of [
    ['session', () => the.users.delete('ann'), 401],
    ['right', () => the.forbidden.add('ann'), 403],
  ] as const) {
    it(`has no end for who has lost the ${what} meanwhile`, async () => {
      await open();
      const taken = taking();
      const asked = put();
      asked.write('first');
      await until(() => taken.bytes === 5);
      end();
      expect((await send(asked, 'last')).status).to.equal(status);
      expect(taken.bytes).to.equal(9);
      expect(taken.heard).to.have.property('code', status === 401 ? 'unauthorized' : 'forbidden');
    });
  }

  it('that came with the headers costs one look at the token', async () => {
    await open();
    const taken = taking();
    await send(put({ 'content-length': 3 }), 'abc');
    expect(taken.heard).to.equal('the end');
    expect(the.authenticated).to.deep.equal(['ann']);
  });

  it('is refused when it is compressed, or of another type than the route takes', async () => {
    await open();
    const taken = taking();
    expect((await send(put({ 'content-encoding': 'gzip' }), 'abc')).status).to.equal(415);
    expect((await send(put({ 'content-type': 'image/png' }, '/parts/1'), 'abc')).status).to.equal(415);
    expect(taken.signal).to.equal(undefined);
    const type = 'Application/Offset+octet-stream; q=1';
    expect((await send(put({ 'content-type': type }, '/parts/1'), 'abc')).status).to.equal(201);
  });

  it('is read only once', async () => {
    await open();
    let again: unknown;
    the.take = async ({ body }): Promise<Outcome<unknown, never, never>> => {
      for await (const _ of body!.bytes) break;
      again = await failureOf(async () => {
        for await (const _ of body!.bytes) break;
      }).catch(thrown => thrown);
      return {};
    };
    expect((await send(put(), 'abc')).status).to.equal(204);
    expect(String(again)).to.match(/only once/);
  });
});
