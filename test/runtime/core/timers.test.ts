/** Timer functions: their ticks, one at a time, and none after the stop. */
import { expect } from 'chai';
import Type from 'typebox';
import type { Event } from '#runtime/contract/event.js';
import { Failure } from '#runtime/contract/failure.js';
import { on } from '#runtime/contract/service.js';
import { socket, type Trigger, timer } from '#runtime/contract/trigger.js';
import type { Resolution } from '#runtime/core/batch.js';
import { startTimers } from '#runtime/core/timers.js';
import { eventually } from '../../support/eventually.js';
import { define } from './workbench.js';

const sweep = define.single({
  ...{ name: 'sweep', access: 'nobody', needs: [], summary: 'Sweeps.', input: Type.Object({}) },
  handle: () => ({}),
});

/** Ticks every millisecond; each is answered with what `work` resolves with. */
function bench(work: (tick: number) => Promise<readonly Resolution[]>, trigger: Trigger = timer(1)) {
  const events: Event[] = [];
  const warnings: object[] = [];
  let ids = 0;
  const nothing = () => {};
  const timers = startTimers({
    bindings: [on(trigger, sweep)],
    runBatch: (fn, given) => {
      expect(fn).to.equal(sweep);
      events.push(...given);
      return work(events.length);
    },
    source: '/test',
    newId: () => `id-${++ids}`,
    log: { debug: nothing, info: nothing, warn: fields => warnings.push(fields), error: nothing },
  });
  return { timers, events, warnings };
}

const DONE: readonly Resolution[] = [{ is: 'ok' }];
/** As many turns of the event loop as ticks would need to come, and more. */
const turns = async () => {
  const until = performance.now() + 25;
  while (performance.now() < until) await new Promise(setImmediate);
};

describe('a timer', () => {
  it('gives its function an event of its own at each tick', async () => {
    const { timers, events, warnings } = bench(async () => DONE);
    await eventually('three ticks', () => events.length >= 3, { every: 1 });
    await timers.stop();
    const event = { specversion: '1.0', source: '/test', type: 'sweep', data: {} };
    expect(events.slice(0, 2)).to.deep.equal([
      { ...event, id: 'id-1' },
      { ...event, id: 'id-2' },
    ]);
    expect(warnings).to.deep.equal([]);
  });

  it('waits for a tick that takes longer than the time between two', async () => {
    let finish = (_: readonly Resolution[]): void => {};
    const { timers, events } = bench(() => new Promise(resolve => (finish = resolve)));
    await eventually('the first tick', () => events.length === 1, { every: 1 });
    await turns();
    expect(events).to.have.length(1);
    finish(DONE);
    await eventually('the next one', () => events.length === 2, { every: 1 });
    finish(DONE);
    await timers.stop();
  });

  it('tells the log of a tick that failed, and goes on', async () => {
    const failure = new Failure('unavailable', 'not now');
    const { timers, events, warnings } = bench(async tick =>
      tick === 1 ? [{ is: 'retry', reason: 'not now', failure }] : DONE,
    );
    await eventually('the tick after it', () => events.length >= 2, { every: 1 });
    await timers.stop();
    expect(warnings).to.deep.equal([{ fn: 'sweep', reason: 'not now' }]);
  });

  it('survives an answer without a resolution', async () => {
    const { timers, events, warnings } = bench(async () => []);
    await eventually('the tick after it', () => events.length >= 2, { every: 1 });
    await timers.stop();
    expect(warnings).to.deep.equal([]);
  });

  it('stops when the tick under way is finished, and never ticks again', async () => {
    let finish = (_: readonly Resolution[]): void => {};
    const { timers, events } = bench(() => new Promise(resolve => (finish = resolve)));
    await eventually('the first tick', () => events.length === 1, { every: 1 });
    let stopped = false;
    const stop = timers.stop().then(() => (stopped = true));
    await turns();
    expect(stopped).to.equal(false);
    finish(DONE);
    await stop;
    await turns();
    expect(events).to.have.length(1);
  });

  it('is what is bound to one, and nothing else', async () => {
    const { timers, events } = bench(async () => DONE, socket('sweep'));
    await turns();
    await timers.stop();
    expect(events).to.deep.equal([]);
  });
});
