/** At whose pace an answer of bytes is read, and what becomes of it when it cannot go on. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { Signal } from '#runtime/contract/bytes.js';
import { Failure } from '#runtime/contract/failure.js';
import { on } from '#runtime/contract/service.js';
import { socket } from '#runtime/contract/trigger.js';
import { DEFAULT_BOUNDS } from '#runtime/http/bounds/bounds.js';
import { eventually, until } from '../../../support/eventually.js';
import { define } from '../../core/workbench.js';
import { endless, stream } from './chunks.js';
import { ABOUT, answerTo, get, LENGTH, MIB, type Stage, type StageOptions, stage, TEXT } from './stage.js';

describe('an answer of bytes', () => {
  let the: Stage;
  const open = async (options?: StageOptions) => {
    the = await stage(options);
  };
  afterEach(() => the.close());

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
    the.give = () => ({ ...ABOUT, bytes });
    const response = await deaf();
    expect(await settled(seen)).to.be.below(900);
    the.give = () => ({ ...ABOUT, bytes: Buffer.from(TEXT) });
    expect((await get(the)).status, 'there is room for something else').to.equal(200);
    let size = 0;
    for await (const each of response) size += each.length;
    expect(size).to.equal(1_000 * chunk.length);
  });

  it('is cut where a chunk of it is more than anybody may have in memory', async () => {
    await open({ each: MIB / 2 });
    const { bytes } = stream(endless(Buffer.alloc(8 * MIB)));
    the.give = () => ({ ...ABOUT, bytes });
    expect(await get(the).catch((thrown: Error) => thrown)).to.be.an('error');
  });

  it('is let go when the client is, also while its next bytes are waited for', async () => {
    await open();
    let signal: Signal | undefined;
    let letGo = false;
    the.give = context => {
      signal = context.signal;
      let pulled = 0;
      return {
        ...ABOUT,
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
    the.give = () => ({ ...ABOUT, bytes: file });
    (await deaf()).destroy();
    await until(() => file.destroyed);
  });

  it('is given up when the client does not read', async () => {
    await open({ pace: { idleMs: 150, bytesPerSecond: 1, graceMs: 60_000 } });
    const { bytes, seen } = stream(endless(Buffer.alloc(64 * 1024)));
    the.give = () => ({ ...ABOUT, bytes });
    await deaf();
    await until(() => seen.letGo === 1);
  });

  it('is given up when the client reads too slowly, while the time that the stream takes is not the client’s', async () => {
    await open({ pace: { idleMs: 5_000, bytesPerSecond: 1_000_000_000, graceMs: 150 } });
    const { bytes, seen } = stream(endless(Buffer.alloc(64 * 1024)));
    the.give = () => ({ ...ABOUT, bytes });
    const response = await deaf();
    response.on('readable', () => response.read(1));
    await until(() => seen.letGo === 1);
    const began = performance.now();
    the.give = () => ({
      ...ABOUT,
      length: LENGTH,
      async *read() {
        yield Buffer.from('the ');
        await until(() => performance.now() - began > 400);
        yield Buffer.from('quick brown fox');
      },
    });
    expect((await get(the)).text).to.equal(TEXT);
  });

  it('that cannot be opened is refused', async () => {
    await open();
    the.give = () => ({
      ...ABOUT,
      length: LENGTH,
      // biome-ignore lint/correctness/useYield: it does not come to that
      async *read() {
        throw new Failure('unavailable', 'the disk is away');
      },
    });
    expect((await get(the)).status).to.equal(503);
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
      the.give = () => ({ ...ABOUT, bytes: chunks(), ...(length !== undefined && { length }) });
      const told = await get(the).catch((thrown: Error) => thrown);
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
      ...ABOUT,
      length: LENGTH,
      async *read() {
        yield Buffer.from('the ');
        await new Promise<void>(resolve => releases.push(resolve));
        yield Buffer.from('quick brown fox');
      },
    });
    const slow = await Promise.all(Array.from({ length: DEFAULT_BOUNDS.answering.each }, deaf));
    the.give = () => ({ ...ABOUT, bytes: Buffer.from(TEXT) });
    expect((await get(the)).text, 'somebody who downloads may do more').to.equal(TEXT);
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
