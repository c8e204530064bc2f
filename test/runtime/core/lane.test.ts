import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import Type from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { BatchOutcome } from '#runtime/contract/outcome.js';
import { eventually } from '../../support/eventually.js';
import { define, TYPE, thingCame, workbench } from './workbench.js';

const Thing = Type.Object({ n: Type.Integer() });

/** A batch function that records the batches it got, and answers each item's number; `act` may throw. */
function recorder(
  act: (numbers: readonly number[]) => BatchOutcome<unknown, never, never> | undefined = () => undefined,
) {
  const batches: number[][] = [];
  const fn = define.batch({
    name: 'recorder',
    access: 'nobody',
    needs: [],
    summary: 'Remembers what it got.',
    input: Thing,
    output: { ok: Type.Unknown() },
    handle: (_, events) => {
      const numbers = events.map(event => event.data.n);
      const acted = act(numbers);
      batches.push(numbers);
      return acted ?? { items: events.map(event => ({ reply: event.data.n })) };
    },
  });
  return { fn, batches, handled: () => batches.flat() };
}

const thing = (n: number, key = 'one') => thingCame({ n, key });

describe('a lane', () => {
  it('takes what has arrived as one batch, in order, and answers each item', async () => {
    const { ask, work } = workbench();
    const { fn, batches } = recorder();
    await work(fn);
    const answers = await Promise.all([1, 2, 3].map(n => ask([thing(n)])));
    expect(batches).to.deep.equal([[1, 2, 3]]);
    expect(answers.map(each => each.reply)).to.deep.equal([1, 2, 3]);
  });

  it('takes no more than the batch size at once', async () => {
    const { publisher, work } = workbench();
    const { fn, batches } = recorder();
    await work(fn, { size: 2, lingerMs: 0 });
    await publisher.publish([1, 2, 3, 4, 5].map(n => thing(n)));
    expect(batches).to.deep.equal([[1, 2], [3, 4], [5]]);
  });

  it('forgets what its queue has taken back while it was paused, since that comes again', async () => {
    const { queues, work } = workbench();
    let away = true;
    const { fn, batches } = recorder(() => {
      if (away) throw new Failure('unavailable', 'the database is away');
      return undefined;
    });
    const [lane] = await work(fn);
    const stale = { value: false };
    const settled: string[] = [];
    const handed = (n: number, old = { value: false }) => ({
      body: JSON.stringify({ specversion: '1.0', id: `${n}`, source: '/t', type: TYPE, data: { n } }),
      get stale() {
        return old.value;
      },
      ack: () => void settled.push(`${n}`),
      dead: async (reason: string) => void settled.push(`${n} ${reason}`),
    });
    for (const n of [1, 2]) lane?.take(handed(n, stale));
    await new Promise(setImmediate);
    // Too late for the batch that is being tried again.
    lane?.take(handed(3, stale));
    stale.value = true;
    for (const n of [1, 2, 3]) lane?.take(handed(n));
    away = false;
    await eventually('those that came again', () => settled.length >= 3);
    expect(settled).to.deep.equal(['1', '2', '3']);
    expect(batches).to.deep.equal([[1, 2, 3]]);
    await queues.close();
  });

  it('takes less at once of what is long', async () => {
    const { publisher, work } = workbench();
    const { fn, batches } = recorder();
    await work(fn);
    const long = { filler: '.'.repeat(30 * 1024) };
    await publisher.publish([1, 2, 3, 4, 5].map(n => ({ ...thing(n), data: { n, ...long } })));
    expect(batches).to.deep.equal([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('takes more of it at once where the trigger has room for more', async () => {
    const { publisher, work } = workbench();
    const { fn, batches } = recorder();
    await work(fn, { text: 1024 * 1024 });
    const long = { filler: '.'.repeat(30 * 1024) };
    await publisher.publish([1, 2, 3, 4, 5].map(n => ({ ...thing(n), data: { n, ...long } })));
    expect(batches).to.deep.equal([[1, 2, 3, 4, 5]]);
  });

  it('waits a little for more when it was asked to linger', async () => {
    const { publisher, work } = workbench();
    const { fn, batches } = recorder();
    await work(fn, { size: 10, lingerMs: 100 });
    const first = publisher.publish([thing(1)]);
    await new Promise(setImmediate);
    await Promise.all([first, publisher.publish([thing(2)])]);
    expect(batches).to.deep.equal([[1, 2]]);
  });

  it('pauses in place while something is unavailable, and goes on in order', async () => {
    const { publisher, work } = workbench();
    let away = 3;
    const { fn, handled } = recorder(() => {
      if (away-- > 0) throw new Failure('unavailable', 'the database is away');
      return undefined;
    });
    await work(fn, { size: 2, lingerMs: 0 });
    await publisher.publish([1, 2, 3, 4].map(n => thing(n)));
    expect(handled()).to.deep.equal([1, 2, 3, 4]);
  });

  it('finds the one item that can never succeed and buries it alone, with the reason', async () => {
    const { publisher, queues, work } = workbench({ specs: [{ name: 'things', partitions: 0 }] });
    const { fn, handled } = recorder(numbers => {
      if (numbers.includes(5)) throw new Failure('conflict', 'five is right out');
      return undefined;
    });
    await work(fn);
    await publisher.publish([1, 2, 3, 4, 5, 6, 7, 8].map(n => thing(n)));
    expect(handled()).to.deep.equal([1, 2, 3, 4, 6, 7, 8]);
    const [dead, ...others] = queues.deadLetters('things');
    expect(others).to.deep.equal([]);
    expect(dead?.reason).to.contain('five is right out');
    expect(JSON.parse(String(dead?.body))).to.have.nested.property('data.n', 5);
  });

  it('gives a defect three chances, then buries its item and goes on with the neighbours in order', async () => {
    const { publisher, queues, work } = workbench({ specs: [{ name: 'things', partitions: 0 }] });
    let met = 0;
    const { fn, handled } = recorder(numbers => {
      if (numbers.length === 1 && numbers[0] === 2) met++;
      if (numbers.includes(2)) throw new TypeError('undefined is not a function');
      return undefined;
    });
    await work(fn);
    await publisher.publish([1, 2, 3, 4].map(n => thing(n)));
    expect(handled()).to.deep.equal([1, 3, 4]);
    expect(met).to.equal(3);
    expect(queues.deadLetters('things')).to.have.length(1);
  });

  it('tells the waiting publisher why its item failed', async () => {
    const { ask, work } = workbench();
    const { fn } = recorder(() => ({
      items: [{ verdict: { dead: 'no such chat' }, failure: new Failure('not_found', 'no such chat') }],
    }));
    await work(fn);
    const failed = await ask([thing(1)]).catch(thrown => thrown);
    expect(failed).to.be.instanceOf(Failure).with.property('code', 'not_found');
  });

  it('tries again only the items that ask for it', async () => {
    const { publisher, work } = workbench();
    let first = true;
    const { fn, batches } = recorder(numbers => {
      const again = first;
      first = false;
      return { items: numbers.map(n => (again && n === 2 ? { verdict: { retry: 'not yet', afterMs: 5 } } : {})) };
    });
    await work(fn);
    await publisher.publish([1, 2, 3].map(n => thing(n)));
    expect(batches).to.deep.equal([[1, 2, 3], [2]]);
  });

  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const garbage: readonly [what: string, body: string, reason: RegExp][] = [
    ['bytes that are no JSON', '\u0000garbage', /^not JSON$/],
    ['JSON that is no event', '42', /object/],
    ['an event without an id', JSON.stringify({ specversion: '1.0', type: TYPE, source: '/x', data: { n: 1 } }), /id/],
    [
      'an event of another type',
      JSON.stringify({ specversion: '1.0', id: '1', type: 'other', source: '/x', data: { n: 1 } }),
      /other/,
    ],
    [
      'data that does not fit',
      JSON.stringify({ specversion: '1.0', id: '1', type: TYPE, source: '/x', data: { n: 'x' } }),
      /^n must be /,
    ],
    ['an empty batch', '[]', /object/],
    ['a batch of nothing but garbage', ' [1, [2], null] ', /object/],
    ['a number that JavaScript writes otherwise', '1e400', /object/],
    ['what is nested too deeply to be written again', `[1, ${deep}]`, /object/],
  ];
  for (const [what, body, reason] of garbage) {
    it(`buries ${what} and delays nobody`, async () => {
      const { publisher, queues, work } = workbench({ specs: [{ name: 'things', partitions: 0 }] });
      const { fn, handled } = recorder();
      await work(fn);
      await Promise.all([queues.publish('things', body), publisher.publish([thing(7)])]);
      expect(handled()).to.deep.equal([7]);
      const [dead] = queues.deadLetters('things');
      expect(dead?.body).to.equal(body);
      expect(dead?.reason).to.match(reason);
    });
  }

  it('buries only the bad part of a batch message', async () => {
    const { queues, work } = workbench({ specs: [{ name: 'things', partitions: 0 }] });
    const { fn, handled } = recorder();
    await work(fn);
    const event = (n: unknown) => ({ specversion: '1.0', id: `e${n}`, type: TYPE, source: '/x', data: { n } });
    await queues.publish('things', JSON.stringify([event(1), event('two'), event(3)]));
    expect(handled()).to.deep.equal([1, 3]);
    expect(JSON.parse(String(queues.deadLetters('things')[0]?.body))).to.deep.equal(event('two'));
  });

  it('buries a batch message whole when its bad part is nested too deeply to be written again, and goes on', async () => {
    const { publisher, queues, work } = workbench({ specs: [{ name: 'things', partitions: 0 }] });
    const { fn, handled } = recorder();
    await work(fn);
    const good = JSON.stringify({ specversion: '1.0', id: 'e1', type: TYPE, source: '/x', data: { n: 1 } });
    const body = `[${good},${good.replace('{"n":1}', deep)}]`;
    await queues.publish('things', body);
    await publisher.publish([thing(2)]);
    expect(handled()).to.deep.equal([1, 2]);
    expect(queues.deadLetters('things').map(dead => dead.body)).to.deep.equal([body]);
  });

  describe('of a function of single events', () => {
    /** Answers each number with itself, in its time; `act` may throw. */
    function worker(act: (n: number) => void, ms = 0) {
      const handled: number[] = [];
      const fn = define.single({
        name: 'worker',
        access: 'nobody',
        needs: [],
        summary: 'Works on one thing after the other.',
        input: Thing,
        output: { ok: Type.Unknown() },
        async handle(_, { data: { n } }) {
          if (ms > 0) await pause(ms);
          act(n);
          handled.push(n);
          return { reply: n };
        },
      });
      return { fn, handled };
    }

    it('does not go on to the next event before the one that has to be tried again', async () => {
      const { publisher, work } = workbench();
      let refusals = 0;
      const { fn, handled } = worker(n => {
        if (n === 2 && refusals++ < 2) throw new Failure('unavailable', 'not now', { retryAfterMs: 1 });
      });
      await work(fn);
      await publisher.publish([1, 2, 3, 4].map(n => thing(n)));
      expect(handled).to.deep.equal([1, 2, 3, 4]);
      expect(refusals).to.equal(3);
    });

    it('answers what is done while others are still to be worked on', async () => {
      const { ask, work } = workbench();
      const { fn, handled } = worker(() => {}, 20);
      await work(fn);
      const first = ask([thing(1)]);
      const rest = ask([2, 3, 4, 5].map(n => thing(n)));
      await first;
      expect(handled).to.deep.equal([1]);
      await rest;
    });

    it('keeps the order of what is answered at once, later, and not at all, and counts each', async () => {
      const { ask, work, metrics } = workbench();
      const handled: number[] = [];
      const fn = define.single({
        name: 'mixed',
        access: 'nobody',
        needs: [],
        summary: 'Answers even numbers later, and refuses every third.',
        input: Thing,
        output: { ok: Type.Unknown() },
        handle(_, { data: { n } }) {
          handled.push(n);
          if (n % 3 === 0) throw new Failure('invalid', 'not every third');
          return n % 2 === 0 ? pause(2, { reply: n }) : { reply: n };
        },
      });
      await work(fn);
      const answers = await Promise.allSettled([1, 2, 3, 4, 5].map(n => ask([thing(n)])));
      expect(handled).to.deep.equal([1, 2, 3, 4, 5]);
      expect(answers.map(each => (each.status === 'fulfilled' ? each.value.reply : each.reason.code))).to.deep.equal([
        ...[1, 2],
        ...['invalid', 4, 5],
      ]);
      const text = await metrics.registry.metrics();
      expect(text).to.contain('function_invocations_total{function="mixed",result="ok",image="test"} 4');
      expect(text).to.contain('function_invocations_total{function="mixed",result="invalid",image="test"} 1');
      expect(text).to.contain('function_duration_seconds_count{function="mixed",image="test"} 5');
    });
  });

  it('stops after the batch in hand, and leaves the rest to be delivered again', async () => {
    const { publisher, work } = workbench({ specs: [{ name: 'things', partitions: 0 }] });
    let release: () => void = () => {};
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    const seen: number[] = [];
    const fn = define.batch({
      name: 'slow',
      access: 'nobody',
      needs: [],
      summary: 'Takes its time.',
      input: Thing,
      handle: async (_, events) => {
        seen.push(...events.map(event => event.data.n));
        await gate;
        return { items: events.map(() => ({})) };
      },
    });
    const [lane] = await work(fn, { size: 1, lingerMs: 0 });
    const first = publisher.publish([thing(1)]);
    await eventually('the first is in hand', () => seen.length === 1);
    void publisher.publish([thing(2)])?.catch(() => {});
    const stopped = lane?.stop();
    release();
    await Promise.all([stopped, first]);
    expect(seen).to.deep.equal([1]);
  });
});
