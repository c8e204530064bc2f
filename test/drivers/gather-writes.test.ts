/** Gathered writes, seen from below: which chunks a stream is asked to write at once. */
import { Writable } from 'node:stream';
import { expect } from 'chai';
import { gatherWrites } from '../../runtime/drivers/gather-writes.js';

function gathered() {
  const calls: string[][] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      calls.push([String(chunk)]);
      done();
    },
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  gatherWrites(stream);
  return { stream, calls };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

describe('gathered writes', () => {
  it('are one call for all that a callback writes, in its promises and next ticks too, and another for the next', async () => {
    const { stream, calls } = gathered();
    stream.write('a');
    Promise.resolve()
      .then(() => stream.write('b'))
      .then(() => process.nextTick(() => stream.write('c')));
    await turn();
    stream.write('d');
    await turn();
    expect(calls).to.deep.equal([['a', 'b', 'c'], ['d']]);
  });

  it('tell as before when they are done, and how much the stream holds', async () => {
    const { stream } = gathered();
    const done: string[] = [];
    stream.write('é', 'utf8', () => done.push('first'));
    stream.write(Buffer.from('b'), () => done.push('second'));
    expect(stream.writableLength).to.equal(3);
    await turn();
    expect(done).to.deep.equal(['first', 'second']);
    expect(stream.writableLength).to.equal(0);
  });

  it('are written out when the stream ends in the same callback', async () => {
    const { stream, calls } = gathered();
    stream.write('a');
    stream.end('b');
    await turn();
    expect(calls.flat()).to.deep.equal(['a', 'b']);
  });
});
