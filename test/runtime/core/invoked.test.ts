/** What a function gets of a call and what it may answer, and what others are told of calls. */
import { expect } from 'chai';
import type { Event } from '#runtime/contract/event.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Context } from '#runtime/contract/function.js';
import type { Call } from '#runtime/contract/invoker.js';
import type { Tracer } from '#runtime/contract/tracer.js';
import { NOW } from '#runtime/testing/context.js';
import { type Act, bench, caller, emission, publication } from './invoker.bench.js';

describe('a function', () => {
  const seen = async (more: Partial<Call>) => {
    let got: [Context, Event] | undefined;
    const { call, dependencies } = bench({
      handle: (...given) => {
        got = given;
        return {};
      },
    });
    await call(more);
    const [context, event] = got ?? [];
    return { context, event, dependencies };
  };

  it('gets the time, ids, the ports and who calls', async () => {
    const { context, dependencies } = await seen({ caller });
    expect(context).to.include({ now: NOW, newId: dependencies.newId, ports: dependencies.ports, caller });
    expect(context).not.to.have.property('client');
  });

  it('gets what is known of the client of who is not signed in', async () => {
    const { context } = await seen({ address: '2001:db8::1', device: 'a phone' });
    expect(context).not.to.have.property('caller');
    expect(context?.client).to.deep.equal({ network: '2001:db8::/64', device: 'a phone' });
    expect((await seen({})).context?.client).to.deep.equal({});
  });

  it('gets its input as an event, in the trace that the call came in', async () => {
    const event = { specversion: '1.0', id: 'id-1', source: '/test', type: 'work', data: { n: 1 } };
    expect((await seen({})).event).to.deep.equal(event);
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    expect((await seen({ traceparent })).event).to.deep.equal({ ...event, traceparent });
  });

  it('gets a signal and a body only where the call has them, and its end only while its caller still may', async () => {
    const { signal } = new AbortController();
    expect((await seen({})).context).not.to.have.any.keys('signal', 'body');
    const read: unknown[] = [];
    const { call, asked } = bench({
      handle: async ({ body, signal }) => {
        for await (const chunk of body?.bytes ?? []) read.push([...chunk]);
        return { reply: signal?.aborted };
      },
    });
    async function* bytes() {
      yield Uint8Array.of(1, 2);
    }
    const body = { type: 'a/b', bytes: bytes(), callerAtEnd: async () => caller };
    expect(await call({ signal, body })).to.deep.equal({ status: 'ok', reply: false });
    expect(read).to.deep.equal([[1, 2]]);
    expect(asked.map(([, access, who, data]) => [access, who, data])).to.deep.equal([
      ['anybody', undefined, { n: 1 }],
      ['anybody', caller, { n: 1 }],
    ]);
  });

  it('that answers with content has it served before it is done, with or without a reply, and declares it', async () => {
    const content = { type: 'text/plain', bytes: Uint8Array.of(1) };
    const served: unknown[] = [];
    const serve = async (result: unknown) => void served.push(result);
    const plain = bench({ content: 'text/plain', handle: () => ({ content }) });
    expect(await plain.call({ serve })).to.deep.equal({ status: 'ok', content });
    expect(await plain.call(), 'where nobody serves it').to.deep.equal({ status: 'ok', content });
    const both = bench({ content: 'text/plain', handle: () => ({ content, reply: 1 }) });
    expect(await both.call({ serve })).to.deep.equal({ status: 'ok', content, reply: 1 });
    await bench({ content: 'text/plain' }).call({ serve });
    expect(served).to.deep.equal([
      { status: 'ok', content },
      { status: 'ok', content, reply: 1 },
    ]);
    const undeclared = bench({ handle: () => ({ content }) });
    expect(await undeclared.refused({ serve })).to.equal('internal');
    expect(undeclared.lines[0]?.err).to.have.property('message', 'work does not declare that it has content');
  });

  it('that takes batches has nobody to answer: a call of it is a defect', async () => {
    const { refused, steps, lines } = bench({ batch: true });
    expect(await refused()).to.equal('internal');
    expect(steps).to.deep.equal([]);
    expect(lines[0]?.err).to.have.property('message', 'work takes batches and has no caller to answer');
  });

  it('settles when its publications are safe, and what it says then replaces what it said', async () => {
    const settled: unknown[] = [];
    const { call, steps } = bench({
      handle: () => ({ reply: 'first', publish: [publication], emit: [emission] }),
      settle: (_context, event, { outcome, reply }) => {
        settled.push({ event: event.id, first: outcome.reply, reply, after: steps.at(-1) });
        return { status: 'accepted', reply: 'last' };
      },
    });
    expect(await call()).to.deep.equal({ status: 'accepted', reply: 'last' });
    expect(settled).to.deep.equal([{ event: 'id-1', first: 'first', reply: 'the reply', after: 'emit done' }]);
  });

  it('that has nothing published or emitted settles all the same', async () => {
    const { call } = bench({ settle: () => ({ reply: 'last' }) });
    expect(await call()).to.deep.equal({ status: 'ok', reply: 'last' });
  });

  it('settles again when what it said is carried out, as long as it asks for it', async () => {
    let times = 0;
    const { call, steps } = bench({
      settle: (_context, _event, { outcome }) => {
        times++;
        if (times > 1) expect([steps.at(-1), outcome.reply]).to.deep.equal(['emit done', times - 1]);
        return times < 3 ? { reply: times, emit: [emission], unsettled: true } : { reply: times };
      },
    });
    expect(await call()).to.deep.equal({ status: 'ok', reply: 3 });
    expect(steps.filter(step => step === 'emit')).to.have.length(2);
  });

  it('fails when what it says on settling cannot be carried out', async () => {
    const act: Act = { settle: () => ({ emit: [emission] }) };
    expect(await bench(act, { emit: new Failure('unavailable', 'away') }).refused()).to.equal('unavailable');
  });
});

describe('what becomes of calls', () => {
  it('is logged: a defect for everybody, with its cause, a refusal for those who look closely', async () => {
    const defect = new TypeError('undefined is not a function');
    const broken = bench({}, { authorize: defect });
    expect(await broken.refused()).to.equal('internal');
    expect(broken.lines).to.deep.equal([{ level: 'error', message: 'function failed', err: defect, fn: 'work' }]);
    const refusal = bench({}, { authorize: new Failure('forbidden', 'no') });
    await refusal.refused({ caller });
    expect(refusal.lines).to.deep.equal([
      { level: 'debug', message: 'function refused', code: 'forbidden', fn: 'work', userId: caller.userId },
    ]);
    const own = new Failure('internal', 'broken');
    const declared = bench({}, { authorize: own });
    await declared.refused();
    expect(declared.lines[0]?.err, 'without a cause the failure itself').to.equal(own);
  });

  it('is counted by the code, and timed', async () => {
    const { call, refused, metrics } = bench();
    await call();
    await refused({ data: {} });
    const text = await metrics.registry.metrics();
    expect(text).to.contain('function_invocations_total{function="work",result="ok",image="test"} 1');
    expect(text).to.contain('function_invocations_total{function="work",result="invalid",image="test"} 1');
    expect(text).to.contain('function_duration_seconds_count{function="work",image="test"} 2');
  });

  it('is timed in seconds, from its input to its answer', async () => {
    const { call, metrics } = bench({ handle: () => new Promise(resolve => setTimeout(resolve, 20, {})) });
    await call();
    const [, sum] = /function_duration_seconds_sum\{.*\} (\S+)/.exec(await metrics.registry.metrics()) ?? [];
    expect(Number(sum)).to.be.within(0.015, 15);
  });

  it('is told to who watches, from its beginning to how it ends, and is the parent of what it leads to', async () => {
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const told: unknown[] = [];
    const tracer: Tracer = {
      start(name, { kind, parent }) {
        told.push([name, kind, parent]);
        return { traceparent, recording: true, end: (_failure, attributes) => told.push(attributes) };
      },
      within(span, work) {
        told.push(span.traceparent);
        return work();
      },
    };
    const events: Event[] = [];
    const { call, refused, dependencies } = bench({
      tracer,
      handle(_context, event) {
        events.push(event);
        return { reply: 1, publish: [publication] };
      },
    });
    const parents: unknown[] = [];
    const { publish } = dependencies.publisher;
    dependencies.publisher.publish = (all, publishing) => {
      parents.push([publishing?.parent, publishing?.settles]);
      return publish(all, publishing);
    };
    const parent = `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01`;
    expect(await call({ traceparent: parent })).to.deep.equal({ status: 'ok', reply: 1 });
    expect(await refused({ data: {} })).to.equal('invalid');
    expect(events.map(event => event.traceparent)).to.deep.equal([traceparent]);
    expect(parents).to.deep.equal([[traceparent, false]]);
    expect(told).to.deep.equal([
      ...[['work', 'server', parent], traceparent, { 'rpc.response.status_code': 'ok' }],
      ...[['work', 'server', undefined], traceparent, { 'rpc.response.status_code': 'invalid' }],
    ]);
  });

  it('is waited for by who wants the invoker idle, whether they succeed or fail', async () => {
    const { invoker, call, refused, steps } = bench();
    await invoker.idle();
    const calls = [call(), refused({ data: {} }), call()];
    const idle = Promise.all([invoker.idle(), invoker.idle()]).then(() => steps.push('idle'));
    await Promise.all(calls);
    await idle;
    expect(steps.filter(step => step === 'handle')).to.have.length(2);
    expect(steps.at(-1)).to.equal('idle');
    await invoker.idle();
  });
});
