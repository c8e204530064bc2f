/** What leads to what, as the core tells a tracer; and that without one it hands on what it was given. */
import { expect } from 'chai';
import Type from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { BatchOutcome } from '#runtime/contract/outcome.js';
import { parseTraceparent } from '#runtime/core/traceparent.js';
import { collect } from '../../drivers/queues/consumers.js';
import { context, type Recorded, recorder } from './recorder.js';
import { define, thingCame, workbench } from './workbench.js';

const Thing = Type.Object({ n: Type.Integer() });
const worker = (act: (numbers: readonly number[]) => BatchOutcome<unknown, 'told', never>) =>
  define.batch({
    name: 'worker',
    access: 'nobody',
    needs: [],
    emits: ['told'],
    summary: 'Works.',
    input: Thing,
    output: { ok: Type.Unknown() },
    handle: (_, events) => act(events.map(({ data }) => data.n)),
  });
const thing = (n: number) => thingCame({ n, key: 'one' });
const traceOf = ({ traceparent }: Recorded) => parseTraceparent(traceparent)?.traceId;

describe('the core', () => {
  it('keeps the traces of a batch apart, and says who worked for all of them', async () => {
    const { tracer, spans, named } = recorder();
    const { ask, work, emitted } = workbench({ tracer });
    const tell = (n: number, item: number) => ({ send: 'told' as const, data: n, to: ['room'], item });
    await work(worker(numbers => ({ items: numbers.map(n => ({ reply: n })), emit: numbers.map(tell) })));
    await Promise.all(['1', '2', '3'].map((digit, n) => ask([thing(n)], context(digit))));

    const published = named('publish things');
    const processed = named('process things');
    expect(published.map(({ parent }) => parent)).to.deep.equal(['1', '2', '3'].map(digit => context(digit)));
    expect(processed.map(({ parent }) => parent)).to.have.members(published.map(({ traceparent }) => traceparent));
    const [lead, ...others] = processed as [Recorded, ...Recorded[]];
    expect(lead.links).to.deep.equal(published.slice(1).map(({ traceparent }) => traceparent));
    for (const { links } of others) expect(links).to.deep.equal([lead.traceparent]);
    expect(emitted.map(each => 'traceparent' in each && each.traceparent)).to.deep.equal(
      named('publish told').map(({ traceparent }) => traceparent),
    );
    for (const name of ['publish told', 'publish reply', 'process reply']) {
      expect(named(name).map(traceOf), name).to.deep.equal(['1', '2', '3'].map(digit => digit.repeat(32)));
    }
    expect(spans.filter(({ ended }) => ended !== 1)).to.deep.equal([]);
  });

  it('tells of each attempt, and of what became of it', async () => {
    const { tracer, named } = recorder();
    const { ask, work } = workbench({ tracer });
    const act = (numbers: readonly number[]): BatchOutcome<unknown, never, never> => {
      if (numbers.includes(2)) throw new Failure('not_found', 'there is no 2');
      return { items: numbers.map(() => ({})) };
    };
    await work(worker(act));
    const results = await Promise.allSettled([1, 2].map(n => ask([thing(n)])));
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
    const attempts = named('process things').map(({ attributes, failure }) => [
      attributes['messaging.batch.message_count'] ?? 1,
      failure?.code,
    ]);
    expect(attempts).to.deep.equal([
      [2, 'not_found'],
      [2, 'not_found'],
      [1, undefined],
      [1, 'not_found'],
    ]);
  });

  it('says nothing of what nobody will see, but hands on that it is so', async () => {
    const { tracer, spans } = recorder();
    const { queues, ask, work, emitted } = workbench({ tracer });
    await work(
      worker(numbers => ({ items: numbers.map(() => ({ emit: [{ send: 'told', data: 1, to: ['room'] }] })) })),
    );
    const { deliveries } = await collect(queues, 'things.1', { ordered: true, prefetch: 1 });
    await ask([thing(1)], context('1', '00'));
    expect(spans).to.deep.equal([]);
    expect(deliveries).to.deep.equal([]);
    expect(emitted).to.deep.equal([{ send: 'told', data: 1, to: ['room'] }]);
  });

  it('without a tracer hands on the trace context that a call brought, and no other', async () => {
    const { queues, ask } = workbench({ specs: [{ name: 'things', partitions: 0 }] });
    await queues.declare([{ name: 'things', ordered: false }]);
    const { deliveries } = await collect(queues, 'things', { ordered: false, prefetch: 10 });
    const published = [context('1'), undefined, 'garbage'].map(parent => ask([thing(1)], parent));
    while (deliveries.length === 0) await new Promise(setImmediate);
    const events = deliveries.flatMap(({ body }) => JSON.parse(body) as { traceparent?: string }[]);
    expect(events.map(({ traceparent }) => traceparent)).to.deep.equal([context('1'), undefined, undefined]);
    for (const delivery of deliveries) delivery.ack();
    await Promise.all(published);
  });
});
