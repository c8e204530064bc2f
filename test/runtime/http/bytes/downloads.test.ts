/** Bytes that a function answers with. */
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { Content } from '#runtime/contract/bytes.js';
import { stream } from './chunks.js';
import { ABOUT, get, LENGTH, type Stage, type StageOptions, stage, TEXT } from './stage.js';

const MODIFIED = 'Fri, 02 Jan 2026 03:04:05 GMT';

describe('an answer of bytes', () => {
  let the: Stage;
  const open = async (options?: StageOptions) => {
    the = await stage(options);
  };
  afterEach(() => the.close());

  const reads: [start: number, end: number][] = [];
  const kinds: Readonly<Record<string, () => Content>> = {
    'bytes in memory': () => ({ ...ABOUT, bytes: Buffer.from(TEXT) }),
    'bytes that can be read from anywhere': () => ({
      ...ABOUT,
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
        const { status, headers, text } = await get(the);
        expect(status).to.equal(200);
        expect(text).to.equal(TEXT);
        expect(headers).to.include({
          ...{ 'content-type': 'text/plain', 'content-length': String(LENGTH), 'accept-ranges': 'bytes' },
          ...{ etag: '"abc"', 'last-modified': MODIFIED },
        });
      });

      it('to HEAD is the same, without them', async () => {
        const [whole, head] = [await get(the), await get(the, { range: 'bytes=0-3' }, 'HEAD')];
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
          const answer = await get(the, { range });
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
          const answer = await get(the, headers);
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
    await get(the, { range: 'bytes=4-8' });
    await get(the, { range: 'bytes=99-' });
    await get(the, {}, 'HEAD');
    expect(reads).to.deep.equal([[4, 9]]);
  });

  it('of a stream is whole whatever part is asked for, and says no length that it does not know', async () => {
    await open();
    const { bytes, seen } = stream(['the ', 'quick ']);
    the.give = () => ({ ...ABOUT, bytes });
    const { status, headers, text } = await get(the, { range: 'bytes=0-2' });
    expect({ status, text }).to.deep.equal({ status: 200, text: 'the quick ' });
    expect(headers).to.include({ 'accept-ranges': 'none', 'transfer-encoding': 'chunked' });
    expect(seen.letGo).to.equal(0);
    the.give = () => ({ ...ABOUT, bytes, length: 10 });
    expect((await get(the)).headers).to.include({ 'content-length': '10' });
  });

  it('of a stream that nobody wants is let go', async () => {
    await open();
    for (const [headers, method] of [
      [{}, 'HEAD'],
      [{ 'if-none-match': '*' }, 'GET'],
      [{ 'if-match': '"x"' }, 'GET'],
    ] as const) {
      const { bytes, seen } = stream([TEXT]);
      the.give = () => ({ ...ABOUT, bytes });
      await get(the, { ...headers }, method);
      expect(seen, JSON.stringify(headers)).to.deep.equal({ pulled: 0, begun: 1, letGo: 1 });
      const file = new Readable({ read() {} });
      the.give = () => ({ ...ABOUT, bytes: file });
      await get(the, { ...headers }, method);
      expect(file.destroyed).to.equal(true);
    }
  });

  it('is saved unless it may be shown, is no page of this origin, and is kept only as it is said', async () => {
    await open();
    the.give = () => ({ type: 'text/html', filename: 'Zürich "1".html', bytes: Buffer.from('<script>') });
    const { headers } = await get(the);
    expect(headers['content-disposition']).to.match(/^attachment; .*filename\*=UTF-8''Z%C3%BCrich%20/);
    expect(headers['content-security-policy']).to.match(/default-src 'none'.*;sandbox$/);
    expect(headers).to.include({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    the.give = () => ({ ...ABOUT, inline: true, maxAgeSeconds: 60, bytes: Buffer.from(TEXT) });
    const shown = await get(the);
    expect(shown.headers).to.include({ 'content-disposition': 'inline', 'cache-control': 'private, max-age=60' });
  });

  /** Asks and does not read. */
});
