/** What becomes of each item of a batch: what is split, what waits, what is dead, and what is done for all of them. */
import { expect } from 'chai';
import Type from 'typebox';
import type { Event } from '#runtime/contract/event.js';
import { type Code, Failure } from '#runtime/contract/failure.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { BatchOutcome, Outcome } from '#runtime/contract/outcome.js';
import type { Tracer } from '#runtime/contract/tracer.js';
import { type Resolution, type RunBatch, validate } from '#runtime/core/batch.js';
import { MOST_SETTLES } from '#runtime/core/invoker.js';
import { testEvent } from '#runtime/testing/context.js';
import { define, workbench } from './workbench.js';

type AnySingle = Exclude<AnyFunction, { batch: true }>;

const Thing = Type.Object({ n: Type.Integer() });
const things = (...numbers: number[]): readonly Event[] => numbers.map(n => testEvent({ n }));

const common = { access: 'nobody', needs: [], emits: ['told'], summary: 'Works.', input: Thing } as const;

/** A batch function; each batch that it was given, also those that it threw on. */
function batches(act: (numbers: readonly number[]) => BatchOutcome<unknown, 'told', never> | undefined) {
  const given: number[][] = [];
  const fn = define.batch({
    ...{ ...common, name: 'work', output: { ok: Type.Unknown() } },
    handle: (_, events) => {
      const numbers = events.map(event => event.data.n);
      given.push(numbers);
      return act(numbers) ?? { items: numbers.map(n => ({ reply: n })) };
    },
  });
  return { fn, given };
}

/** What takes long makes way, and the rest is given again, as a lane does. */
async function untilAll(runBatch: RunBatch, fn: AnyFunction, events: readonly Event[]): Promise<readonly Resolution[]> {
  const resolutions: Resolution[] = [];
  while (resolutions.length < events.length && resolutions.at(-1)?.is !== 'retry') {
    resolutions.push(...(await runBatch(fn, events.slice(resolutions.length))));
  }
  return resolutions;
}

const short = (resolutions: readonly Resolution[]) =>
  resolutions.map(each => (each.is === 'ok' ? 'ok' : `${each.is} ${each.failure.code}: ${each.reason}`));

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

/** A function of single events, and what it was given. */
function singles(act: (n: number) => Outcome<unknown, 'told', never> | Promise<Outcome<unknown, 'told', never>>) {
  const given: number[] = [];
  const fn = define.single({
    ...{ ...common, name: 'work', output: { ok: Type.Unknown() } },
    handle: (_, { data: { n } }) => {
      given.push(n);
      return act(n);
    },
  });
  return { fn: fn as AnyFunction, given };
}

/** Answered at once, and later. */
const manners: readonly [string, <Value>(value: () => Value) => Value | Promise<Value>][] = [
  ['at once', value => value()],
  ['later', async value => value()],
];

describe('events that are worked on one by one', () => {
  for (const [when, answer] of manners) {
    it(`have their own resolutions, answered ${when}`, async () => {
      const { runBatch } = workbench();
      const { fn, given } = singles(n =>
        answer(() => {
          if (n === 2) throw new Failure('not_found', 'no 2');
          return { reply: n };
        }),
      );
      expect(short(await untilAll(runBatch, fn, things(1, 2, 3)))).to.deep.equal([
        'ok',
        'dead not_found: not_found: no 2',
        'ok',
      ]);
      expect(given).to.deep.equal([1, 2, 3]);
    });

    it(`end before what follows one that is tried again, answered ${when}`, async () => {
      const { runBatch } = workbench();
      const { fn, given } = singles(n => answer(() => (n === 2 ? { verdict: { retry: 'not yet', afterMs: 3 } } : {})));
      expect(short(await untilAll(runBatch, fn, things(1, 2, 3)))).to.deep.equal(['ok', 'retry unavailable: not yet']);
      expect(given).to.deep.equal([1, 2]);
    });

    it(`are counted, done and refused, answered ${when}`, async () => {
      const { runBatch, metrics } = workbench();
      const { fn } = singles(n =>
        answer(() => {
          if (n === 1) throw new Failure('conflict', 'no');
          return {};
        }),
      );
      await untilAll(runBatch, fn, things(1, 2));
      const text = await metrics.registry.metrics();
      expect(text).to.contain('function_invocations_total{function="work",result="ok",image="test"} 1');
      expect(text).to.contain('function_invocations_total{function="work",result="conflict",image="test"} 1');
      expect(text).to.contain('function_duration_seconds_count{function="work",image="test"} 2');
    });

    it(`have emitted what they wanted emitted when they are resolved, answered ${when}`, async () => {
      const { runBatch, emitted } = workbench();
      const { fn } = singles(n => answer(() => ({ emit: [{ send: 'told', data: n, to: ['all'] }] })));
      expect(short(await runBatch(fn, things(1)))).to.deep.equal(['ok']);
      expect(emitted).to.deep.equal([{ send: 'told', data: 1, to: ['all'] }]);
    });

    it(`fail where what they wanted published did not get through, answered ${when}`, async () => {
      const { runBatch, dependencies } = workbench();
      dependencies.publisher.publish = async () => {
        throw new Failure('unavailable', 'no broker');
      };
      const publishing: AnyFunction = {
        ...(singles(() => ({})).fn as AnySingle),
        handle: () => answer(() => ({ publish: [{ queue: 'things', type: 't', data: 1 }] })),
      };
      expect(short(await runBatch(publishing, things(1, 2)))).to.deep.equal(['retry unavailable: no broker']);
    });
  }

  it('make way when they have taken a while, so that what is done does not wait for the rest', async () => {
    const { runBatch } = workbench();
    const { fn, given } = singles(() => {
      const until = performance.now() + 6;
      while (performance.now() < until);
      return {};
    });
    expect(await runBatch(fn, things(1, 2, 3))).to.deep.equal([{ is: 'ok' }]);
    expect(given).to.deep.equal([1]);
  });

  it('settle when they are carried out, and as often as they want to', async () => {
    const { runBatch, emitted } = workbench();
    let settled = 0;
    const fn = define.single({
      ...{ ...common, name: 'work', output: { ok: Type.Unknown() } },
      handle: () => ({ reply: 'first' }),
      settle: (_context, _event, { outcome }) => {
        expect(outcome.reply).to.equal(settled === 0 ? 'first' : settled);
        settled++;
        const emit = [{ send: 'told' as const, data: settled, to: ['all'] }];
        return settled < 3 ? { reply: settled, emit, unsettled: true as const } : { reply: 'last' };
      },
    });
    expect(await runBatch(fn, things(1))).to.deep.equal([{ is: 'ok', reply: 'last' }]);
    expect(emitted.map(each => 'send' in each && each.data)).to.deep.equal([1, 2]);
  });

  it('settle so often at most', async () => {
    const { runBatch } = workbench();
    let settled = 0;
    const fn = define.single({
      ...{ ...common, name: 'work' },
      handle: () => ({}),
      settle: () => {
        settled++;
        return { unsettled: true as const };
      },
    });
    await runBatch(fn, things(1));
    expect(settled).to.equal(MOST_SETTLES);
  });
});

describe('events in which somebody watches', () => {
  const FROM = { system: 'in_process', name: 'things' };

  it('are worked on one by one, each in a trace of its own that goes on with what it leads to', async () => {
    const told: unknown[] = [];
    let spans = 0;
    const tracer: Tracer = {
      start(name, { parent }) {
        const traceparent = `00-${'1'.repeat(32)}-${String(++spans).padStart(16, '0')}-01`;
        told.push([name, parent]);
        return { traceparent, recording: spans === 1, end: failure => told.push([spans, failure?.code]) };
      },
      within: (_span, work) => work(),
    };
    const { runBatch } = workbench({ tracer });
    const seen: unknown[] = [];
    const fn = define.single({
      ...{ ...common, name: 'work', output: { ok: Type.Unknown() } },
      handle(_context, { traceparent, data }) {
        seen.push([data.n, traceparent?.at(-4)]);
        if (data.n === 2) throw new Failure('forbidden', 'no');
        return { reply: data.n };
      },
    });
    // On a machine that is busy the second of two together would be left for later.
    const resolutions = [...(await runBatch(fn, things(1), FROM)), ...(await runBatch(fn, things(2), FROM))];
    expect(seen).to.deep.equal([
      [1, '1'],
      [2, '2'],
    ]);
    expect(resolutions[0]).to.deep.equal({
      is: 'ok',
      reply: 1,
      traceparent: `00-${'1'.repeat(32)}-${'1'.padStart(16, '0')}-01`,
    });
    expect(short(resolutions)).to.deep.equal(['ok', 'dead forbidden: forbidden: no']);
    expect(told).to.deep.equal([
      ['process things', undefined],
      [1, undefined],
      ['process things', undefined],
      [2, 'forbidden'],
    ]);
    expect(await runBatch(fn, things(3)), 'which came from nowhere').to.deep.equal([{ is: 'ok', reply: 3 }]);
    expect(spans).to.equal(2);
  });

  it('are not traced without a tracer', async () => {
    const { fn } = batches(() => undefined);
    expect(await workbench().runBatch(fn, things(1, 2), FROM)).to.deep.equal([
      { is: 'ok', reply: 1 },
      { is: 'ok', reply: 2 },
    ]);
  });

  it('are named in the log by their ids where they are alone', async () => {
    const lines: object[] = [];
    const line = (fields: object) => void lines.push(fields);
    const { runBatch } = workbench({ log: { debug: line, info: line, warn: line, error: line } });
    const fn = define.batch({
      ...{ ...common, name: 'work' },
      handle(context, events) {
        context.log.info({ events: events.length }, 'worked');
        if (events.length === 1) throw new Failure('forbidden', 'no');
        return { items: events.map(() => ({})) };
      },
    });
    const [event] = things(1);
    await runBatch(fn, things(1, 2));
    await runBatch(fn, [event as Event]);
    const requestId = event?.id;
    expect(lines).to.deep.equal([
      { events: 2 },
      { requestId, events: 1 },
      { code: 'forbidden', fn: 'work', requestId },
    ]);
  });
});

describe('an event', () => {
  it('is held against the schema of its function', () => {
    const { fn } = singles(() => ({}));
    const code = (data: unknown): Code | undefined => validate(fn, testEvent(data))?.code;
    expect(code({ n: 1 })).to.equal(undefined);
    expect(code({ n: 'one' })).to.equal('invalid');
  });
});
