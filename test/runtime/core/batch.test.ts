/** What becomes of each item of a batch: what is split, what waits, what is dead, and what is done for all of them. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import { batches, short, things } from './batches.js';
import { workbench } from './workbench.js';

describe('a batch', () => {
  it('answers each item by its outcome', async () => {
    const { runBatch } = workbench();
    const failure = new Failure('forbidden', 'not yours');
    const { fn } = batches(() => ({
      items: [
        {},
        { reply: 1 },
        { reply: 2, failure },
        { failure },
        { verdict: { dead: 'gone' } },
        { verdict: { dead: 'gone' }, failure },
        { verdict: { retry: 'later' } },
        { verdict: { retry: 'later', afterMs: 5 }, failure },
      ],
    }));
    const resolutions = await runBatch(fn, things(1, 2, 3, 4, 5, 6, 7, 8));
    const [, , , , dead, , retry] = resolutions;
    expect(dead?.failure).to.include({ code: 'invalid', message: 'gone' });
    expect(retry?.failure).to.include({ code: 'unavailable', message: 'later' });
    expect(resolutions).to.deep.equal([
      { is: 'ok' },
      { is: 'ok', reply: 1 },
      { is: 'ok', reply: 2, failure },
      { is: 'ok', failure },
      { is: 'dead', reason: 'gone', failure: dead?.failure },
      { is: 'dead', reason: 'gone', failure },
      { is: 'retry', reason: 'later', failure: retry?.failure },
      { is: 'retry', reason: 'later', afterMs: 5, failure },
    ]);
  });

  for (const code of ['unavailable', 'rate_limited'] as const) {
    it(`that fails because something is ${code} is tried again as a whole`, async () => {
      const { runBatch } = workbench();
      const { fn, given } = batches(() => {
        throw new Failure(code, 'not now', { retryAfterMs: 70 });
      });
      const resolutions = await runBatch(fn, things(1, 2));
      expect(short(resolutions)).to.deep.equal([`retry ${code}: not now`, `retry ${code}: not now`]);
      expect(resolutions.map(each => each.is === 'retry' && each.afterMs)).to.deep.equal([70, 70]);
      expect(given).to.deep.equal([[1, 2]]);
    });
  }

  it('does not say when to try again where the failure does not', async () => {
    const { runBatch } = workbench();
    const { fn } = batches(() => {
      throw new Failure('unavailable', 'not now');
    });
    expect(await runBatch(fn, things(1)))
      .to.have.deep.nested.property('[0]')
      .that.has.all.keys('is', 'reason', 'failure');
  });

  it('is split until what can never succeed is alone, and the others are worked on once', async () => {
    const { runBatch } = workbench();
    const done: number[] = [];
    const { fn, given } = batches(numbers => {
      if (numbers.includes(2)) throw new Failure('not_found', 'no 2');
      done.push(...numbers);
      return undefined;
    });
    expect(short(await runBatch(fn, things(1, 2, 3, 4, 5)))).to.deep.equal([
      ...['ok', 'dead not_found: not_found: no 2', 'ok', 'ok', 'ok'],
    ]);
    expect(given).to.deep.equal([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [1], [2], [3], [4, 5]]);
    expect(done).to.deep.equal([1, 3, 4, 5]);
  });

  it('has what follows an item that is tried again wait for it', async () => {
    const { runBatch } = workbench();
    const { fn, given } = batches(numbers => {
      if (numbers.includes(2)) throw new TypeError('a defect');
      return undefined;
    });
    expect(short(await runBatch(fn, things(1, 2, 3, 4)))).to.deep.equal([
      'ok',
      'retry internal: something went wrong',
      ...Array.from({ length: 2 }, () => 'retry unavailable: an earlier item has to be tried again first'),
    ]);
    expect(given, '3 and 4 are not begun').to.deep.equal([[1, 2, 3, 4], [1, 2], [1], [2]]);
  });

  it('of which the function answers too few or too many outcomes has met a defect', async () => {
    const errors: { err?: Error }[] = [];
    const nothing = () => {};
    const log = { debug: nothing, info: nothing, warn: nothing, error: (fields: object) => void errors.push(fields) };
    const { runBatch } = workbench({ log });
    const { fn } = batches(numbers => ({ items: [...numbers.map(() => ({})), {}] }));
    expect(short(await runBatch(fn, things(1)))).to.deep.equal(['retry internal: something went wrong']);
    expect(errors[0]?.err?.message).to.equal('work answered 2 outcomes for 1 items');
  });

  it('publishes what all and what each of its items want published before it emits, in order', async () => {
    const { runBatch, dependencies, emitted } = workbench();
    const published: unknown[] = [];
    dependencies.publisher.publish = async publications => {
      expect(emitted).to.deep.equal([]);
      published.push(publications.map(({ data }) => data));
      return {};
    };
    const publish = (data: number) => [{ queue: 'things', type: 't', data }];
    const emit = (data: number) => [{ send: 'told' as const, data, to: ['all'] }];
    const fn: AnyFunction = {
      ...batches(() => undefined).fn,
      handle: () => ({
        publish: publish(0),
        emit: emit(0),
        items: [{ publish: publish(1), emit: emit(1) }, {}, { publish: publish(3), emit: emit(3) }],
      }),
    };
    await runBatch(fn, things(1, 2, 3));
    expect(published).to.deep.equal([[0, 1, 3]]);
    expect(emitted.map(each => 'send' in each && each.data)).to.deep.equal([0, 1, 3]);
  });

  it('with nothing to publish or to emit asks neither to', async () => {
    const { runBatch, dependencies } = workbench();
    const never = () => Promise.reject(new Error('asked'));
    dependencies.publisher.publish = never;
    Object.assign(dependencies.fanout, { emit: never });
    const { fn } = batches(() => undefined);
    expect(short(await runBatch(fn, things(1, 2)))).to.deep.equal(['ok', 'ok']);
  });

  it('is counted once for each attempt', async () => {
    const { runBatch, metrics } = workbench();
    const { fn } = batches(numbers => {
      if (numbers.includes(2)) throw new Failure('conflict', 'no 2');
      return undefined;
    });
    await runBatch(fn, things(1, 2));
    const text = await metrics.registry.metrics();
    expect(text).to.contain('function_invocations_total{function="work",result="ok",image="test"} 1');
    expect(text).to.contain('function_invocations_total{function="work",result="conflict",image="test"} 2');
    expect(text).to.contain('function_duration_seconds_count{function="work",image="test"} 3');
  });
});
