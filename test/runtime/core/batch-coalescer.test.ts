/** Lanes of one queue share invocations when there is more to do than one at a time. */
import { expect } from 'chai';
import { Type } from 'typebox';
import type { Event } from '#runtime/contract/event.js';
import { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { Resolution } from '#runtime/core/batch.js';
import { createBatchCoalescer } from '#runtime/core/batch-coalescer.js';

interface Invoked {
  readonly ids: readonly string[];
  readonly partition: string | undefined;
  done(): void;
  fail(thrown: Error): void;
}

/** A function whose invocations end when the test says so; each event is answered with its own id. */
function bench({ batch = true, size = 100 } = {}) {
  const fn = { name: 'work', batch, input: Type.Any() } as unknown as AnyFunction;
  const invoked: Invoked[] = [];
  const observed: number[] = [];
  const coalescer = createBatchCoalescer({
    fn,
    size,
    mostText: 64 * 1024,
    metrics: { batchItems: { observe: (_labels: object, items: number) => observed.push(items) } } as never,
    runBatch: (_fn, events, from) =>
      new Promise((resolve, reject) => {
        const resolutions = events.map(({ id }): Resolution => ({ is: 'ok', reply: id }));
        const ids = events.map(({ id }) => id);
        invoked.push({ ids, partition: from?.partition, done: () => resolve(resolutions), fail: reject });
      }),
  });
  const shift = (partition: string, ...ids: string[]) =>
    coalescer({
      events: ids.map((id): Event => ({ specversion: '1.0', id, source: '/test', type: 't', data: {} })),
      text: ids.length,
      from: { system: 'in_process', name: 'work', partition },
    }).then(resolutions => resolutions.map(each => (each as { reply: string }).reply));
  const turn = () => new Promise(setImmediate);
  return { shift, invoked, observed, turn };
}

describe('a batch coalescer', () => {
  it('begins at once, and gives what comes meanwhile to one invocation together', async () => {
    const { shift, invoked, observed, turn } = bench();
    const first = shift('0', 'a');
    const others = [shift('1', 'b', 'c'), shift('2', 'd')];
    expect(invoked.map(({ ids }) => ids)).to.deep.equal([['a']]);
    invoked[0]?.done();
    expect(await first).to.deep.equal(['a']);
    await turn();
    expect(invoked.map(({ ids }) => ids)).to.deep.equal([['a'], ['b', 'c', 'd']]);
    expect(invoked.map(({ partition }) => partition)).to.deep.equal(['0', undefined]);
    invoked[1]?.done();
    expect(await Promise.all(others)).to.deep.equal([['b', 'c'], ['d']]);
    expect(observed).to.deep.equal([1, 3]);
  });

  it('puts no more into an invocation than it may take, and leaves nobody waiting', async () => {
    const { shift, invoked, turn } = bench({ size: 3 });
    const all = [shift('0', 'a'), shift('1', 'b', 'c'), shift('2', 'd', 'e'), shift('3', 'f')];
    for (let at = 0; at < 3; at++) {
      invoked[at]?.done();
      await turn();
    }
    await Promise.all(all);
    expect(invoked.map(({ ids }) => ids.join(''))).to.deep.equal(['a', 'bc', 'def']);
  });

  it('tells each lane of a failure, and goes on', async () => {
    const { shift, invoked, turn } = bench();
    const first = shift('0', 'a').catch((failure: Failure) => failure.code);
    const next = shift('1', 'b');
    invoked[0]?.fail(new Failure('unavailable', 'away'));
    expect(await first).to.equal('unavailable');
    await turn();
    invoked[1]?.done();
    expect(await next).to.deep.equal(['b']);
  });

  it('lets functions of single events work side by side', () => {
    const { shift, invoked } = bench({ batch: false });
    void shift('0', 'a');
    void shift('1', 'b');
    expect(invoked.map(({ ids }) => ids)).to.deep.equal([['a'], ['b']]);
  });
});
