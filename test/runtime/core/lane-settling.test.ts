/** What a lane does with the resolutions of a batch: whom it tells, what it acknowledges, counts, repeats and leaves. */
import { expect } from 'chai';
import Type from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { Delivery } from '#runtime/contract/ports.js';
import { queue } from '#runtime/contract/trigger.js';
import type { ReplyMessage } from '#runtime/core/asked-replies.js';
import type { Resolution } from '#runtime/core/batch.js';
import type { BatchCoalescer } from '#runtime/core/batch-coalescer.js';
import { createLane } from '#runtime/core/lane.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { eventually } from '../../support/eventually.js';
import { define, TYPE, thingCame } from './workbench.js';

const fn = define.batch({
  ...{ name: 'take', access: 'nobody', needs: [], summary: 'Takes.', input: Type.Object({ n: Type.Integer() }) },
  handle: (_, events) => ({ items: events.map(() => ({})) }),
});

type Act = (numbers: readonly number[], attempt: number) => readonly Resolution[] | Promise<readonly Resolution[]>;

/** A lane whose batches are resolved as the test says; the steps of what it does, and what it was given when. */
function bench(act: Act, { size = 100, lingerMs = 0 } = {}) {
  const steps: string[] = [];
  const told: ReplyMessage[] = [];
  const given: (readonly number[])[] = [];
  const times: number[] = [];
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const metrics = createMetrics('test');
  const line = (level: string) => (fields: object, message: string) => void lines.push({ level, message, ...fields });
  const coalescer: BatchCoalescer = async ({ events }) => {
    const numbers = events.map(event => (event.data as { n: number }).n);
    given.push(numbers);
    times.push(performance.now());
    return act(numbers, given.length);
  };
  const lane = createLane({
    queue: 'things.1',
    trigger: queue({ name: 'things' }, thingCame, { size, lingerMs }),
    ...{ fn, coalescer, metrics },
    queues: { name: 'queues' },
    sendReplies: (address, replies) => {
      told.push(...replies);
      steps.push(`reply ${address}: ${replies.map(({ id }) => id)}`);
    },
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
  });
  function take(numbers: readonly unknown[], more: Partial<Delivery> & { time?: string } = {}): void {
    const { time, ...other } = more;
    const events = numbers.map(n => ({
      ...{ specversion: '1.0', id: `e${n}`, source: '/x', type: TYPE, data: { n } },
      ...(time !== undefined && { time }),
    }));
    lane.take({
      body: JSON.stringify(events),
      stale: false,
      ack: () => void steps.push(`ack ${numbers}`),
      dead: async reason => void steps.push(`dead ${numbers}: ${reason}`),
      ...other,
    });
  }
  return { lane, take, steps, told, given, times, lines, metrics };
}

const ok: Resolution = { is: 'ok' };
const retry = (afterMs?: number): Resolution => ({
  ...{ is: 'retry', reason: 'not now', failure: new Failure('unavailable', 'not now') },
  ...(afterMs !== undefined && { afterMs }),
});
const dead: Resolution = { is: 'dead', reason: 'no such chat', failure: new Failure('not_found', 'no such chat') };
const defect: Resolution = { is: 'retry', reason: 'a defect', failure: new Failure('internal', 'a defect') };
const all = (numbers: readonly number[]) => numbers.map(() => ok);
const turn = () => new Promise(setImmediate);

describe('a lane settles', () => {
  it('by replying first and acknowledging last', async () => {
    const { take, steps } = bench(all);
    take([1, 2], { replyTo: 'here' });
    take([3]);
    await eventually('all is acknowledged', () => steps.length === 3, { every: 1 });
    expect(steps).to.deep.equal(['reply here: e1,e2', 'ack 1,2', 'ack 3']);
  });

  it('with what each item came to: a reply, nothing, a failure, and its faults', async () => {
    const errors = [{ path: '/n', message: 'must be integer' }];
    const conflict = new Failure('conflict', 'taken');
    const { take, told } = bench(() => [
      { is: 'ok', reply: { seq: 7 } },
      ok,
      { is: 'ok', failure: conflict },
      { ...dead, failure: new Failure('invalid', 'no', { errors }) },
    ]);
    take([1, 2, 3, 4], { replyTo: 'here' });
    await eventually('all are told', () => told.length === 4, { every: 1 });
    expect(told).to.deep.equal([
      { id: 'e1', reply: { seq: 7 } },
      { id: 'e2', reply: null },
      { id: 'e3', failure: { code: 'conflict', message: 'taken' } },
      { id: 'e4', failure: { code: 'invalid', message: 'no', errors } },
    ]);
  });

  it('without a word to who does not wait for one', async () => {
    const { take, steps } = bench(numbers => numbers.map(n => (n === 1 ? dead : { is: 'ok', reply: n })));
    take([1, 2]);
    await eventually('it is settled', () => steps.length > 0, { every: 1 });
    expect(steps).to.deep.equal(['dead 1,2: no such chat']);
  });

  it('a delivery when all its items are resolved, and tells of each before', async () => {
    const { take, steps, given } = bench((numbers, attempt) =>
      numbers.map(n => (attempt === 1 && n === 2 ? retry(1) : ok)),
    );
    take([1, 2], { replyTo: 'here' });
    await eventually('it is acknowledged', () => steps.includes('ack 1,2'), { every: 1 });
    expect(given).to.deep.equal([[1, 2], [2]]);
    expect(steps).to.deep.equal(['reply here: e1', 'reply here: e2', 'ack 1,2']);
  });

  it('what is dead by dead-lettering it instead, and says so', async () => {
    const { take, steps, lines } = bench(numbers => numbers.map(n => (n === 1 ? dead : ok)));
    take([1]);
    take([2]);
    await eventually('both are settled', () => steps.length === 2, { every: 1 });
    expect(steps).to.have.members(['dead 1: no such chat', 'ack 2']);
    expect(lines).to.deep.equal([
      { level: 'warn', message: 'dead-lettered', queue: 'things.1', items: 1, reason: 'no such chat' },
    ]);
  });

  it('nothing else than what could not be dead-lettered yet later, and goes on', async () => {
    const away = new Failure('unavailable', 'no broker');
    const { take, steps, lines } = bench(numbers => numbers.map(n => (n === 1 ? dead : ok)), { size: 1 });
    take([1], { dead: () => Promise.reject(away) });
    take([2]);
    await eventually('the next one is done', () => steps.includes('ack 2'), { every: 1 });
    expect(lines.at(-1)).to.deep.equal({
      ...{ level: 'warn', queue: 'things.1', err: away },
      message: 'not dead-lettered yet; it will be delivered again',
    });
  });

  it('and counts what it did', async () => {
    const { take, steps, metrics } = bench((numbers, attempt) =>
      numbers.map(n => (n === 3 ? dead : attempt === 1 && n === 2 ? retry(1) : ok)),
    );
    take([1, 2, 3, 4], { time: '2026-01-02T03:04:05.678Z' });
    await eventually('it is settled', () => steps.length > 0, { every: 1 });
    const text = await metrics.registry.metrics();
    expect(text).to.contain('queue_items_total{queue="things",result="ok",image="test"} 3');
    expect(text).to.contain('queue_items_total{queue="things",result="dead",image="test"} 1');
    expect(text).to.contain('queue_retries_total{queue="things",image="test"} 1');
    expect(text).to.contain('queue_dead_letters_total{queue="things",image="test"} 1');
    expect(text).to.contain('queue_lag_seconds_count{queue="things",image="test"} 4');
  });

  it('nothing of what it did not do', async () => {
    const { take, steps, metrics } = bench(numbers => numbers.map(() => dead));
    take([1]);
    await eventually('it is settled', () => steps.length > 0, { every: 1 });
    expect(await metrics.registry.metrics()).not.to.contain('result="ok"');
  });
});

describe('a lane tries again', () => {
  it('what asks for it, not before the longest time that is asked for', async () => {
    const { take, steps, given, times } = bench((numbers, attempt) =>
      numbers.map(n => (attempt === 1 && n < 3 ? retry(n === 1 ? 250 : 5) : ok)),
    );
    take([1, 2, 3]);
    await eventually('all is done', () => steps.length > 0, { every: 1 });
    expect(given).to.deep.equal([
      [1, 2, 3],
      [1, 2],
    ]);
    expect((times[1] ?? 0) - (times[0] ?? 0)).to.be.at.least(249);
  });

  it('after a pause of its own where no time is asked for', async () => {
    const { take, steps, times } = bench((numbers, attempt) => numbers.map(() => (attempt === 1 ? retry() : ok)));
    take([1]);
    await eventually('it is done', () => steps.length > 0, { every: 1 });
    expect((times[1] ?? 0) - (times[0] ?? 0)).to.be.at.least(49);
  });

  it('at once what has not been begun, which counts as no retry', async () => {
    const { take, steps, given, metrics } = bench(numbers => all(numbers.slice(0, 2)));
    take([1, 2, 3, 4, 5]);
    await eventually('all is done', () => steps.length > 0, { every: 1 });
    expect(given).to.deep.equal([[1, 2, 3, 4, 5], [3, 4, 5], [5]]);
    expect(await metrics.registry.metrics()).not.to.contain('queue_retries_total{');
  });

  it('a defect twice, and gives up the third time', async () => {
    const passing = bench((numbers, attempt) => numbers.map(() => (attempt < 3 ? defect : ok)));
    passing.take([1]);
    await eventually('it is done', () => passing.steps.length > 0, { every: 1 });
    expect([passing.given.length, passing.steps]).to.deep.equal([3, ['ack 1']]);
    const staying = bench(numbers => numbers.map(() => defect));
    staying.take([1]);
    await eventually('it is dead', () => staying.steps.length > 0, { every: 1 });
    expect([staying.given.length, staying.steps]).to.deep.equal([3, ['dead 1: a defect']]);
  });

  it('nothing that its queue has taken back meanwhile', async () => {
    let stale = false;
    const { take, lane, steps, given } = bench(numbers => {
      stale = true;
      return numbers.map(() => retry(1));
    });
    const [body, ack] = [
      JSON.stringify({ specversion: '1.0', id: 'e1', source: '/x', type: TYPE, data: { n: 1 } }),
      () => {},
    ];
    lane.take({
      body,
      ack,
      get stale() {
        return stale;
      },
      dead: async () => {},
    });
    await eventually('it was tried', () => given.length === 1, { every: 1 });
    take([2]);
    await eventually('the next one is tried', () => given.length === 2, { every: 1 });
    expect(given).to.deep.equal([[1], [2]]);
    expect(steps).to.deep.equal([]);
    await lane.stop();
  });

  it('no batch that could not be run at all, and goes on with the next', async () => {
    const broken = new TypeError('a defect of the runtime');
    const { take, steps, lines } = bench(
      numbers => {
        if (numbers.includes(1)) throw broken;
        return all(numbers);
      },
      { size: 1 },
    );
    take([1]);
    take([2]);
    await eventually('the next one is done', () => steps.length > 0, { every: 1 });
    expect(steps).to.deep.equal(['ack 2']);
    expect(lines).to.deep.equal([{ level: 'error', message: 'a lane failed', queue: 'things.1', err: broken }]);
  });
});

describe('a lane waits', () => {
  it('for more as long as it may linger, unless the batch is full', async () => {
    const full = bench(all, { size: 2, lingerMs: 60_000 });
    full.take([1, 2]);
    await eventually('the full batch is done', () => full.given.length === 1, { every: 1 });
    const { take, given, times } = bench(all, { size: 2, lingerMs: 60 });
    const begun = performance.now();
    take([1]);
    await eventually('the other one', () => given.length === 1, { every: 1 });
    expect((times[0] ?? 0) - begun).to.be.at.least(55);
  });

  it('no longer when it is stopped, and begins nothing any more', async () => {
    const { lane, take, given, steps } = bench(all, { lingerMs: 60_000 });
    take([1]);
    await turn();
    await turn();
    await lane.stop();
    take([2]);
    await turn();
    await turn();
    expect([given, steps]).to.deep.equal([[], []]);
  });

  it('no longer between two attempts either', async () => {
    const { lane, take, given, steps } = bench(numbers => numbers.map(() => retry(60_000)));
    take([1]);
    await eventually('it was tried', () => given.length === 1, { every: 1 });
    await turn();
    await lane.stop();
    expect([given, steps]).to.deep.equal([[[1]], []]);
  });

  it('for the batch in hand when it is stopped', async () => {
    let finish = (_: readonly Resolution[]): void => {};
    const { lane, take, given, steps } = bench(() => new Promise(resolve => (finish = resolve)));
    take([1]);
    await eventually('it is in hand', () => given.length === 1, { every: 1 });
    const stopped = lane.stop().then(() => steps.push('stopped'));
    await turn();
    finish([ok]);
    await stopped;
    expect(steps).to.deep.equal(['ack 1', 'stopped']);
  });
});
