/** Bytes that a function answers with. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { Content, Signal } from '#runtime/contract/bytes.js';
import { Failure } from '#runtime/contract/failure.js';
import { on } from '#runtime/contract/service.js';
import { socket } from '#runtime/contract/trigger.js';
import { DEFAULT_BOUNDS } from '#runtime/http/bounds/bounds.js';
import { eventually, until } from '../../../support/eventually.js';
import { define } from '../../core/workbench.js';
import { answerTo, MIB, type Stage, type StageOptions, stage } from './stage.js';

const TEXT = 'the quick brown fox';
const LENGTH = TEXT.length;
const MODIFIED = 'Fri, 02 Jan 2026 03:04:05 GMT';
const about = { type: 'text/plain', etag: 'abc', modifiedAt: '2026-01-02T03:04:05.678Z' };

describe('an answer of bytes', () => {
  let the: Stage;
  const open = async (options?: StageOptions) => {
    the = await stage(options);
  };
  afterEach(() => the.close());

  const get = (headers: Record<string, string> = {}, method = 'GET') =>
    answerTo(the.ask(method, '/files/1', headers).end());

  /** A stream that says how far it was read, and whether it was let go. */
  function stream(chunks: Iterable<Uint8Array | string>) {
    const seen = { pulled: 0, begun: 0, letGo: 0 };
    const bytes: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]() {
        seen.begun++;
        const iterator = chunks[Symbol.iterator]();
        return {
          async next() {
            seen.pulled++;
            const { done, value } = iterator.next();
            return done ? { done: true, value: undefined } : { done: false, value: Buffer.from(value) };
          },
          async return() {
            seen.letGo++;
            return { done: true, value: undefined };
          },
        };
      },
    };
    return { bytes, seen };
  }
  function* endless(chunk: Uint8Array) {
    for (;;) yield chunk;
  }

  const reads: [start: number, end: number][] = [];
  const kinds: Readonly<Record<string, () => Content>> = {
    'bytes in memory': () => ({ ...about, bytes: Buffer.from(TEXT) }),
    'bytes that can be read from anywhere': () => ({
      ...about,
      length: LENGTH,
      async *read(start, end) {
        reads.push([start, end]);
        for (const each of TEXT.slice(start, end)) yield Buffer.from(each);
      },
    }),
  };

  for (const [kind, make] of Object.entries(kinds)) {
    describe(`of ${kind}`, () => {
      beforeEach(async () => {
        reads.length = 0;
        await open();
        the.give = make;
      });

      it('is whole, with what tells it from others', async () => {
        const { status, headers, text } = await get();
        expect(status).to.equal(200);
        expect(text).to.equal(TEXT);
        expect(headers).to.include({
          ...{ 'content-type': 'text/plain', 'content-length': String(LENGTH), 'accept-ranges': 'bytes' },
          ...{ etag: '"abc"', 'last-modified': MODIFIED },
        });
      });

      it('to HEAD is the same, without them', async () => {
        const [whole, head] = [await get(), await get({ range: 'bytes=0-3' }, 'HEAD')];
        const { date: _, ...same } = whole.headers;
        expect(head.headers).to.include(same);
        expect(head.status).to.equal(200);
        expect(head.text).to.equal('');
        expect(reads.length).to.be.at.most(1);
      });

      const parts: [range: string, status: number, text: string, said?: string][] = [
        ['bytes=0-2', 206, 'the', 'bytes 0-2/19'],
        ['bytes=4-8', 206, 'quick', 'bytes 4-8/19'],
        ['bytes=16-', 206, 'fox', 'bytes 16-18/19'],
        ['bytes=16-999', 206, 'fox', 'bytes 16-18/19'],
        ['bytes=-3', 206, 'fox', 'bytes 16-18/19'],
        ['bytes=-999', 206, TEXT, 'bytes 0-18/19'],
        ['BYTES=18-18', 206, 'x', 'bytes 18-18/19'],
        ['bytes=19-', 416, '', 'bytes */19'],
        ['bytes=99999999999999999999-', 416, '', 'bytes */19'],
        ['bytes=-0', 416, '', 'bytes */19'],
        ['bytes=5-2', 200, TEXT],
        ['bytes=0-1,4-5', 200, TEXT],
        ['bytes=-', 200, TEXT],
        ['bytes=a-b', 200, TEXT],
        ['lines=0-1', 200, TEXT],
      ];
      for (const [range, status, text, said] of parts) {
        it(`answers ${range} with ${status}`, async () => {
          const answer = await get({ range });
          expect(answer.status).to.equal(status);
          expect(answer.headers['content-range']).to.equal(said);
          if (status === 416) {
            expect(answer.headers['content-type']).to.equal('application/problem+json');
            return;
          }
          expect(answer.text).to.equal(text);
          expect(answer.headers['content-length']).to.equal(String(text.length));
        });
      }

      const conditions: [headers: Record<string, string>, status: number][] = [
        [{ 'if-none-match': '"abc"' }, 304],
        [{ 'if-none-match': 'W/"abc"' }, 304],
        [{ 'if-none-match': '"x", "abc"' }, 304],
        [{ 'if-none-match': '*' }, 304],
        [{ 'if-none-match': '"x"' }, 200],
        [{ 'if-none-match': '"x"', 'if-modified-since': MODIFIED }, 200],
        [{ 'if-modified-since': MODIFIED }, 304],
        [{ 'if-modified-since': 'Fri, 02 Jan 2026 03:04:04 GMT' }, 200],
        [{ 'if-none-match': '"abc"', range: 'bytes=0-2' }, 304],
        [{ 'if-match': '"abc"' }, 200],
        [{ 'if-match': '*' }, 200],
        [{ 'if-match': '"x"' }, 412],
        [{ 'if-match': 'W/"abc"' }, 412],
        [{ 'if-unmodified-since': MODIFIED }, 200],
        [{ 'if-unmodified-since': 'Fri, 02 Jan 2026 03:04:04 GMT' }, 412],
        [{ range: 'bytes=0-2', 'if-range': '"abc"' }, 206],
        [{ range: 'bytes=0-2', 'if-range': MODIFIED }, 206],
        [{ range: 'bytes=0-2', 'if-range': '"x"' }, 200],
        [{ range: 'bytes=0-2', 'if-range': 'W/"abc"' }, 200],
        [{ range: 'bytes=0-2', 'if-range': 'Fri, 02 Jan 2026 03:04:04 GMT' }, 200],
      ];
      for (const [headers, status] of conditions) {
        const asked = Object.entries(headers).map(each => each.join(' '));
        it(`answers ${asked.join(' and ')} with ${status}`, async () => {
          const answer = await get(headers);
          expect(answer.status).to.equal(status);
          if (status === 304) {
            expect(answer.headers).to.include({ etag: '"abc"', 'cache-control': 'private, no-cache' });
            expect(answer.text).to.equal('');
            expect(reads).to.deep.equal([]);
          }
        });
      }
    });
  }

  it('reads only the part that is asked for, and nothing of what there is not', async () => {
    await open();
    reads.length = 0;
    the.give = kinds['bytes that can be read from anywhere']!;
    await get({ range: 'bytes=4-8' });
    await get({ range: 'bytes=99-' });
    await get({}, 'HEAD');
    expect(reads).to.deep.equal([[4, 9]]);
  });

  it('of a stream is whole whatever part is asked for, and says no length that it does not know', async () => {
    await open();
    const { bytes, seen } = stream(['the ', 'quick ']);
    the.give = () => ({ ...about, bytes });
    const { status, headers, text } = await get({ range: 'bytes=0-2' });
    expect({ status, text }).to.deep.equal({ status: 200, text: 'the quick ' });
    expect(headers).to.include({ 'accept-ranges': 'none', 'transfer-encoding': 'chunked' });
    expect(seen.letGo).to.equal(0);
    the.give = () => ({ ...about, bytes, length: 10 });
    expect((await get()).headers).to.include({ 'content-length': '10' });
  });

  it('of a stream that nobody wants is let go', async () => {
    await open();
    for (const [headers, method] of [
      [{}, 'HEAD'],
      [{ 'if-none-match': '*' }, 'GET'],
      [{ 'if-match': '"x"' }, 'GET'],
    ] as const) {
      const { bytes, seen } = stream([TEXT]);
      the.give = () => ({ ...about, bytes });
      await get({ ...headers }, method);
      expect(seen, JSON.stringify(headers)).to.deep.equal({ pulled: 0, begun: 1, letGo: 1 });
      const file = new Readable({ read() {} });
      the.give = () => ({ ...about, bytes: file });
      await get({ ...headers }, method);
      expect(file.destroyed).to.equal(true);
    }
  });

  it('is saved unless it may be shown, is no page of this origin, and is kept only as it is said', async () => {
    await open();
    the.give = () => ({ type: 'text/html', filename: 'Zürich "1".html', bytes: Buffer.from('<script>') });
    const { headers } = await get();
    expect(headers['content-disposition']).to.match(/^attachment; .*filename\*=UTF-8''Z%C3%BCrich%20/);
    expect(headers['content-security-policy']).to.match(/default-src 'none'.*;sandbox$/);
    expect(headers).to.include({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    the.give = () => ({ ...about, inline: true, maxAgeSeconds: 60, bytes: Buffer.from(TEXT) });
    const shown = await get();
    expect(shown.headers).to.include({ 'content-disposition': 'inline', 'cache-control': 'private, max-age=60' });
  });

  /** Asks and does not read. */
  async function deaf(): Promise<IncomingMessage> {
    const asked = the.ask('GET', '/files/1').end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response.pause();
  }
  /** Nothing more is pulled for a while. */
  async function settled(seen: { readonly pulled: number }): Promise<number> {
    let last = -1;
    const isSettled = () => {
      const before = last;
      last = seen.pulled;
      return last > 1 && last === before;
    };
    await eventually('nothing more is pulled', isSettled, { every: 200 });
    return last;
  }

  it('is read no faster than the client reads, and counts only by what is buffered', async () => {
    await open({ each: MIB / 2 });
    const chunk = Buffer.alloc(64 * 1024);
    const { bytes, seen } = stream(Array<Uint8Array>(1_000).fill(chunk));
    the.give = () => ({ ...about, bytes });
    const response = await deaf();
    expect(await settled(seen)).to.be.below(900);
    the.give = () => ({ ...about, bytes: Buffer.from(TEXT) });
    expect((await get()).status, 'there is room for something else').to.equal(200);
    let size = 0;
    for await (const each of response) size += each.length;
    expect(size).to.equal(1_000 * chunk.length);
  });

  it('is cut where a chunk of it is more than anybody may have in memory', async () => {
    await open({ each: MIB / 2 });
    const { bytes } = stream(endless(Buffer.alloc(8 * MIB)));
    the.give = () => ({ ...about, bytes });
    expect(await get().catch((thrown: Error) => thrown)).to.be.an('error');
  });

  it('is let go when the client is, also while its next bytes are waited for', async () => {
    await open();
    let signal: Signal | undefined;
    let letGo = false;
    the.give = context => {
      signal = context.signal;
      let pulled = 0;
      return {
        ...about,
        bytes: {
          [Symbol.asyncIterator]: () => ({
            next: () => (pulled++ === 0 ? Promise.resolve({ value: Buffer.from(TEXT) }) : new Promise(() => {})),
            async return() {
              letGo = true;
              return { done: true, value: undefined };
            },
          }),
        },
      };
    };
    const response = await deaf();
    expect(signal?.aborted).to.equal(false);
    response.destroy();
    await until(() => letGo && signal?.aborted);
  });

  it('of a stream of Node’s that waits is let go when the client is', async () => {
    await open();
    const file = new Readable({ read() {} });
    file.push(TEXT);
    the.give = () => ({ ...about, bytes: file });
    (await deaf()).destroy();
    await until(() => file.destroyed);
  });

  it('is given up when the client does not read', async () => {
    await open({ pace: { idleMs: 150, bytesPerSecond: 1, graceMs: 60_000 } });
    const { bytes, seen } = stream(endless(Buffer.alloc(64 * 1024)));
    the.give = () => ({ ...about, bytes });
    await deaf();
    await until(() => seen.letGo === 1);
  });

  it('is given up when the client reads too slowly, while the time that the stream takes is not the client’s', async () => {
    await open({ pace: { idleMs: 5_000, bytesPerSecond: 1_000_000_000, graceMs: 150 } });
    const { bytes, seen } = stream(endless(Buffer.alloc(64 * 1024)));
    the.give = () => ({ ...about, bytes });
    const response = await deaf();
    response.on('readable', () => response.read(1));
    await until(() => seen.letGo === 1);
    const began = performance.now();
    the.give = () => ({
      ...about,
      length: LENGTH,
      async *read() {
        yield Buffer.from('the ');
        await until(() => performance.now() - began > 400);
        yield Buffer.from('quick brown fox');
      },
    });
    expect((await get()).text).to.equal(TEXT);
  });

  it('that cannot be opened is refused', async () => {
    await open();
    the.give = () => ({
      ...about,
      length: LENGTH,
      // biome-ignore lint/correctness/useYield: it does not come to that
      async *read() {
        throw new Failure('unavailable', 'the disk is away');
      },
    });
    expect((await get()).status).to.equal(503);
  });

  const broken: [what: string, length: number | undefined, chunks: () => AsyncIterable<Uint8Array>][] = [
    [
      'breaks off',
      undefined,
      async function* () {
        yield Buffer.from('the ');
        throw new Error('the disk broke');
      },
    ],
    ['is shorter than was said', LENGTH + 1, () => stream([TEXT]).bytes],
    ['is longer than was said', LENGTH - 1, () => stream(['the ', TEXT]).bytes],
  ];
  for (const [what, length, chunks] of broken) {
    it(`that ${what} does not seem to be whole, and is logged`, async () => {
      await open();
      the.give = () => ({ ...about, bytes: chunks(), ...(length !== undefined && { length }) });
      const told = await get().catch((thrown: Error) => thrown);
      expect(told).to.be.an('error');
      await until(() => the.defects.length > 0);
      expect(the.defects, 'once').to.have.lengthOf(1);
      expect(await the.measured()).to.contain('function_invocations_total{function="getFile",result="internal"');
    });
  }

  it('is measured until its last byte has left, and is no turn of its reader’s meanwhile', async () => {
    await open();
    const releases: (() => void)[] = [];
    the.give = () => ({
      ...about,
      length: LENGTH,
      async *read() {
        yield Buffer.from('the ');
        await new Promise<void>(resolve => releases.push(resolve));
        yield Buffer.from('quick brown fox');
      },
    });
    const slow = await Promise.all(Array.from({ length: DEFAULT_BOUNDS.answering.each }, deaf));
    the.give = () => ({ ...about, bytes: Buffer.from(TEXT) });
    expect((await get()).text, 'somebody who downloads may do more').to.equal(TEXT);
    const count = (n: number) => `function_invocations_total{function="getFile",result="ok",image="test"} ${n}\n`;
    await eventually('the short one is measured', async () => (await the.measured()).includes(count(1)));
    for (const release of releases) release();
    for (const response of slow) expect((await response.toArray()).join('')).to.equal(TEXT);
    await eventually('all are measured', async () => (await the.measured()).includes(count(1 + slow.length)));
    const observed = `function_duration_seconds_count{function="getFile",image="test"} ${1 + slow.length}\n`;
    expect(await the.measured()).to.contain(observed);
  });

  it('is declared, and served by routes alone', async () => {
    await open();
    expect((await answerTo(the.ask('GET', '/undeclared/1').end())).status).to.equal(500);
    const fn = define.single({
      name: 'giver',
      access: 'anybody',
      needs: [],
      summary: 'Gives.',
      input: {},
      content: 'image/png',
      handle: () => ({}),
    });
    expect(() => on(socket('give'), fn)).to.throw(/giver answers with image\/png/);
  });
});
