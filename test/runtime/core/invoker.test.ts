/** One call of one function: what happens in which order, what stops it, and what its caller is answered. */
import { expect } from 'chai';
import Type from 'typebox';
import type { Caller } from '#runtime/contract/caller.js';
import type { Event } from '#runtime/contract/event.js';
import { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction, Context } from '#runtime/contract/function.js';
import type { Call } from '#runtime/contract/invoker.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import type { Guard } from '#runtime/contract/service.js';
import type { Tracer } from '#runtime/contract/tracer.js';
import { socket } from '#runtime/contract/trigger.js';
import { NOW, uuid } from '#runtime/testing/context.js';
import { define, workbench } from './workbench.js';

const caller: Caller = { userId: uuid(1), sessionId: uuid(2), expiresAt: NOW + 1_000 };
const Input = Type.Object({ n: Type.Integer() });
const publication = { queue: 'things', type: 't', data: 1 } as const;
const emission = { send: 'told', data: 1, to: ['all'] } as const;

interface Act {
  readonly handle?: (context: Context, event: Event) => Outcome | Promise<Outcome>;
  readonly settle?: (context: Context, event: Event, settled: { outcome: Outcome; reply?: unknown }) => Outcome;
  readonly limited?: boolean;
  readonly batch?: boolean;
  readonly content?: string;
  readonly tracer?: Tracer;
}

/** Tells of each step as it begins; steps of others take a turn of the event loop each. */
function bench(act: Act = {}, failing: { [step: string]: unknown } = {}) {
  const steps: string[] = [];
  const asked: unknown[][] = [];
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const step = async (name: string): Promise<void> => {
    steps.push(name);
    await new Promise(setImmediate);
    if (name in failing) throw failing[name];
    steps.push(`${name} done`);
  };
  const guard: Guard = {
    ...{ needs: [], levels: {} },
    authenticate: async (...given) => {
      asked.push(given);
      await step('authenticate');
      return caller;
    },
    authorize: async (...given) => {
      asked.push(given);
      await step('authorize');
    },
  };
  const level = (name: string) => (fields: object, message: string) =>
    void lines.push({ level: name, message, ...fields });
  const log = { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
  const limits = { take: () => step('limit'), giveBack: async () => {} };
  const made = workbench({ guard, limits, log, ...(act.tracer && { tracer: act.tracer }) });
  made.dependencies.publisher.publish = async () => {
    await step('publish');
    return { reply: 'the reply' };
  };
  Object.assign(made.dependencies.fanout, { emit: () => step('emit') });
  const fn = {
    ...define.single({
      ...{ name: 'work', access: 'anybody', needs: [], summary: 'Works.', input: Input },
      handle: () => ({}),
    }),
    handle: (context: Context, event: Event) => {
      steps.push('handle');
      return act.handle?.(context, event) ?? {};
    },
    ...(act.settle && { settle: act.settle }),
    ...(act.batch && { batch: true }),
    ...(act.content && { content: act.content }),
    ...(act.limited && { limits: [{ name: 'work', times: 1, perSeconds: 1, by: 'user' }] }),
  } as AnyFunction;
  const call = (more: Partial<Call> = {}) =>
    made.invoker.invoke({ binding: { trigger: socket('work'), fn }, data: { n: 1 }, ...more }).result;
  const refused = (more?: Partial<Call>) =>
    call(more).then(
      () => 'ok',
      (failure: Failure) => failure.code,
    );
  return { ...made, guard, fn, call, refused, steps, asked, lines };
}

describe('a call', () => {
  it('is counted, authorized, handled, published and emitted, each when the one before is done, and then answered', async () => {
    const act: Act = { limited: true, handle: () => ({ reply: 1, publish: [publication], emit: [emission] }) };
    const { call, steps } = bench(act);
    expect(await call()).to.deep.equal({ status: 'ok', reply: 1 });
    expect(steps).to.deep.equal([
      ...['limit', 'limit done', 'authorize', 'authorize done', 'handle'],
      ...['publish', 'publish done', 'emit', 'emit done'],
    ]);
  });

  it('whose data does not fit is neither counted nor authorized nor handled', async () => {
    const { refused, steps } = bench({ limited: true });
    expect(await refused({ data: { n: 'one' } })).to.equal('invalid');
    expect(steps).to.deep.equal([]);
  });

  it('that is not authorized is not handled', async () => {
    const { refused, steps } = bench({}, { authorize: new Failure('forbidden', 'no') });
    expect(await refused()).to.equal('forbidden');
    expect(steps).to.deep.equal(['authorize']);
  });

  it('over its limit is neither authorized nor handled', async () => {
    const { refused, steps } = bench({ limited: true }, { limit: new Failure('rate_limited', 'too often') });
    expect(await refused()).to.equal('rate_limited');
    expect(steps).to.deep.equal(['limit']);
  });

  it('is authorized by its level, its caller and its data, at this time', async () => {
    const { call, asked, dependencies } = bench();
    await call({ caller });
    expect(asked).to.deep.equal([[dependencies.ports, 'anybody', caller, { n: 1 }, NOW, NOW]]);
  });

  it('needs no guard', async () => {
    const { invoker } = workbench();
    const { fn } = bench();
    const binding = { trigger: socket('work'), fn };
    expect(await invoker.invoke({ binding, data: { n: 1 } }).result).to.deep.equal({ status: 'ok' });
  });

  it('that cannot be published is not emitted, and fails', async () => {
    const act: Act = { handle: () => ({ publish: [publication], emit: [emission] }) };
    const { refused, steps } = bench(act, { publish: new Failure('unavailable', 'no broker') });
    expect(await refused()).to.equal('unavailable');
    expect(steps).to.deep.equal(['authorize', 'authorize done', 'handle', 'publish']);
  });

  it('is handed over when its publications stand in line, and not only when they are confirmed', async () => {
    const { invoker, fn, dependencies } = bench({ handle: () => ({ publish: [publication] }) });
    let confirm = (): void => {};
    dependencies.publisher.publish = () => new Promise(resolve => (confirm = () => resolve({})));
    const { handedOver, result } = invoker.invoke({ binding: { trigger: socket('work'), fn }, data: { n: 1 } });
    await handedOver;
    confirm();
    expect(await result).to.deep.equal({ status: 'ok' });
  });

  it('that says no more than who is in a room has that carried out before it is answered', async () => {
    const { call, steps } = bench({ handle: () => ({ memberships: [{ room: 'group', of: 'ann', is: 'in' }] }) });
    await call();
    expect(steps.slice(3)).to.deep.equal(['emit', 'emit done']);
  });

  it('that emits only does not publish, and the other way round', async () => {
    const emitting = bench({ handle: () => ({ emit: [emission], publish: [] }) });
    await emitting.call();
    expect(emitting.steps.slice(3)).to.deep.equal(['emit', 'emit done']);
    const publishing = bench({ handle: () => ({ publish: [publication], emit: [] }) });
    await publishing.call();
    expect(publishing.steps.slice(3)).to.deep.equal(['publish', 'publish done']);
  });

  it('fails as its function says, after everything that it did say is done', async () => {
    const failure = new Failure('conflict', 'taken');
    const whole = bench({ handle: () => ({ failure }) });
    expect(await whole.refused()).to.equal('conflict');
    const told = bench({ handle: () => ({ failure, emit: [emission] }) });
    expect(await told.refused()).to.equal('conflict');
    expect(told.steps.at(-1)).to.equal('emit done');
  });

  it('has an answer of what its function said, and of no more', async () => {
    const answer = async (outcome: Outcome) => bench({ handle: () => outcome }).call();
    expect(await answer({})).to.deep.equal({ status: 'ok' });
    expect(await answer({ status: 'created', reply: null })).to.deep.equal({ status: 'created', reply: null });
    expect(await answer({ rooms: ['a'] })).to.deep.equal({ status: 'ok', rooms: ['a'] });
    expect(await answer({ caller, reply: 1 })).to.deep.equal({ status: 'ok', reply: 1, caller });
  });
});

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

describe('a bearer', () => {
  it('is made sure of by the guard', async () => {
    const { invoker, asked, dependencies } = bench();
    expect(await invoker.authenticate('token', 'member')).to.equal(caller);
    expect(asked).to.deep.equal([[dependencies.ports, 'token', NOW, 'member']]);
  });

  it('is nobody where there is no guard', async () => {
    const failure = await workbench()
      .invoker.authenticate('token')
      .catch(thrown => thrown);
    expect(failure)
      .to.be.instanceOf(Failure)
      .and.to.include({ code: 'unauthorized', message: 'nobody can sign in here' });
  });

  it('is refused with a Failure, whatever was thrown', async () => {
    const broken = bench({}, { authenticate: new TypeError('a defect') });
    expect(await broken.invoker.authenticate('token').catch(thrown => thrown)).to.have.property('code', 'internal');
    const away = new Failure('unavailable', 'away');
    const refusing = bench({}, { authenticate: away });
    expect(await refusing.invoker.authenticate('token').catch(thrown => thrown)).to.equal(away);
  });
});
