/** What becomes of events of a queue that are worked on one by one. */
import { expect } from 'chai';
import Type from 'typebox';
import type { Event } from '#runtime/contract/event.js';
import { type Code, Failure } from '#runtime/contract/failure.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import type { Tracer } from '#runtime/contract/tracer.js';
import { validate } from '#runtime/core/batch.js';
import { MOST_SETTLES } from '#runtime/core/invoker.js';
import { testEvent } from '#runtime/testing/context.js';
import { batches, common, short, things, untilAll } from './batches.js';
import { define, workbench } from './workbench.js';

type AnySingle = Exclude<AnyFunction, { batch: true }>;

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
