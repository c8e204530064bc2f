/** What becomes of publications that go to a sink over HTTP instead of to their queues. */
import { expect } from 'chai';
import type { Queues, ReplyTo } from '#runtime/contract/ports.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { type SinkOptions, sinkQueues } from '#runtime/drivers/sink/queues.js';
import { eventually, until } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { memoryLog } from '../support/log.js';
import { openSink, type Sink, type SinkAnswer, type Taken } from '../support/sink.js';
import { collect, failureOf, numbers } from './queues/consumers.js';

const TYPE = 'test.said.v1';
const SECRET = 'hunter2';

const event = (id: string, type = TYPE) => ({ specversion: '1.0', id, source: '/test', type, data: { body: SECRET } });
const body = (...ids: string[]): string =>
  ids.length === 1 ? JSON.stringify(event(ids[0]!)) : JSON.stringify(ids.map(id => event(id)));

const replied = ({ id, type }: Taken, replyType = `${type}.reply`): SinkAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/cloudevents+json' },
  body: JSON.stringify({ specversion: '1.0', id: `${id}-reply`, source: '/sink', type: replyType, data: { to: id } }),
});

/** Resolves when it is opened. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe('publications to a sink', () => {
  const log = memoryLog();
  let sinks: Sink[];
  let made: Queues[];

  beforeEach(() => {
    sinks = [];
    made = [];
    log.lines.length = 0;
  });
  afterEach(async () => {
    await Promise.all(made.map(queues => queues.close()));
    await Promise.all(sinks.map(sink => sink.close()));
    expect(JSON.stringify(log.lines), 'the log').not.to.contain(SECRET);
  });

  async function sinkThat(answer: (event: Taken) => SinkAnswer | Promise<SinkAnswer>, port?: number): Promise<Sink> {
    const sink = await openSink(answer, port);
    sinks.push(sink);
    return sink;
  }

  function publishingTo(url: string, options: Partial<SinkOptions> = {}) {
    const queues = sinkQueues({ url, extensions: {}, queues: memoryQueues(), log, ...options });
    made.push(queues);
    const answers: unknown[] = [];
    const replyTo: ReplyTo = { address: 'here', receive: replies => answers.push(...replies) };
    return { queues, answers, replyTo };
  }

  const ids = (sink: Sink): string[] => sink.events.map(({ id }) => id);

  it('are facts as well, beside those who subscribe here, and whether or not it wants them', async () => {
    const answers = [{ status: 202 }, { status: 404 }, { status: 400 }];
    const sink = await sinkThat(({ id }) => answers[Number(id) - 1] ?? { status: 202 });
    const { queues } = publishingTo(sink.url, { extensions: { tenant: 'blue' } });
    await queues.declare([{ name: 'search', ordered: true }]);
    await queues.bind({ exchange: 'facts', bindings: [{ queue: 'search', type: TYPE, part: 0, of: 1 }] });
    const consumer = await collect(queues, 'search', { ordered: true, prefetch: 10 });
    const topic = { exchange: 'facts', type: TYPE, slot: 1 };
    await Promise.all([queues.announce(topic, body('1', '2')), queues.announce(topic, body('3'))]);
    await queues.announce({ ...topic, type: 'test.unheard.v1' }, body('4'));
    expect(ids(sink)).to.deep.equal(['1', '2', '3', '4']);
    expect(sink.events[0]).to.deep.equal({ ...event('1'), tenant: 'blue' });
    await consumer.got(body('1', '2'), body('3'));
    expect(queues.announcesAll).to.equal(true);
  });

  it('that are facts fail while it is away, so that they are published again', async () => {
    const { queues } = publishingTo(`http://127.0.0.1:${await freePort()}`, { timeoutMs: 50 });
    const failure = await failureOf(queues.announce({ exchange: 'facts', type: TYPE, slot: 1 }, body('1')));
    expect(failure.code).to.equal('unavailable');
  });

  it('arrive one by one and in order, batches too, as structured CloudEvents', async () => {
    let atOnce = 0;
    let most = 0;
    const sink = await sinkThat(async () => {
      most = Math.max(most, ++atOnce);
      await new Promise(resolve => setImmediate(resolve));
      atOnce--;
      return { status: 202 };
    });
    const { queues, answers, replyTo } = publishingTo(sink.url);
    const all = numbers(1, 40);
    await Promise.all([
      queues.publish('q', body(...all.slice(0, 10)), { replyTo }),
      ...all.slice(10).map(id => queues.publish('q', body(id))),
    ]);
    expect(ids(sink)).to.deep.equal(all);
    expect(sink.events[0]).to.deep.equal(event('1'));
    expect(most, 'of one queue at once').to.equal(1);
    expect([...sink.contentTypes]).to.deep.equal(['application/cloudevents+json; charset=utf-8']);
    expect(answers, 'a broker answers nothing').to.deep.equal([]);
  });

  it('of one queue do not wait for those of another', async () => {
    const slow = gate();
    const sink = await sinkThat(async ({ id }) => {
      if (id === 'slow') await slow.opened;
      return { status: 202 };
    });
    const { queues } = publishingTo(sink.url);
    const first = queues.publish('one', body('slow'));
    await queues.publish('two', body('fast'));
    slow.open();
    await first;
  });

  it('bring the reply to whoever wants one, and only what is a reply', async () => {
    const sink = await sinkThat(event => replied(event, event.id === '2' ? 'something.else' : undefined));
    const { queues, answers, replyTo } = publishingTo(sink.url);
    await queues.publish('q', body('1', '2', '3'), { replyTo });
    await queues.publish('q', body('4'));
    expect(answers).to.deep.equal([
      { id: '1', reply: { to: '1' } },
      { id: '3', reply: { to: '3' } },
    ]);
  });

  it('are confirmed whatever else a 2xx says', async () => {
    const headers = { 'content-type': 'application/cloudevents+json' };
    const sink = await sinkThat(({ id }) => (id === '1' ? { status: 200, headers, body: '{' } : { status: 204 }));
    const { queues, answers, replyTo } = publishingTo(sink.url);
    await queues.publish('q', body('1', '2'), { replyTo });
    expect(answers).to.deep.equal([]);
  });

  it('are tried again, in their order, while the sink is busy', async () => {
    const statuses = [503, 429, 500];
    const sink = await sinkThat(() => ({ status: statuses.shift() ?? 202 }));
    const { queues } = publishingTo(sink.url);
    await Promise.all([queues.publish('q', body('1')), queues.publish('q', body('2'))]);
    expect(ids(sink)).to.deep.equal(['1', '1', '1', '1', '2']);
    expect(log.lines.map(({ level }) => level)).to.deep.equal(['warn', 'info']);
  });

  it('wait for a sink that is not there yet', async () => {
    const port = await freePort();
    const { queues } = publishingTo(`http://127.0.0.1:${port}/`);
    const published = queues.publish('q', body('1'));
    await until(() => log.lines.some(({ fields }) => JSON.stringify(fields).includes('ECONNREFUSED')));
    const sink = await sinkThat(() => ({ status: 202 }), port);
    await published;
    expect(ids(sink)).to.deep.equal(['1']);
  });

  it('are unavailable when the sink is silent, busy or away for too long, those behind them as well', async () => {
    const silent = await sinkThat(() => new Promise<never>(() => undefined));
    const busy = await sinkThat(() => ({ status: 503 }));
    for (const url of [silent.url, busy.url, `http://127.0.0.1:${await freePort()}/`]) {
      const { queues } = publishingTo(url, { timeoutMs: 60 });
      const failures = await Promise.all(['1', '2'].map(id => failureOf(queues.publish('q', body(id)))));
      expect(failures.map(({ code }) => code)).to.deep.equal(['unavailable', 'unavailable']);
    }
  });

  it('that are refused fail by themselves, and are told apart from their neighbours', async () => {
    const sink = await sinkThat(event => (event.id === '2' ? { status: 422, body: SECRET } : replied(event)));
    const { queues, answers, replyTo } = publishingTo(sink.url);
    const failure = await failureOf(queues.publish('q', body('1', '2', '3'), { replyTo }));
    expect(failure.code).to.equal('internal');
    expect(ids(sink)).to.deep.equal(['1', '2', '3']);
    expect(answers).to.deep.equal([
      { id: '1', reply: { to: '1' } },
      { id: '2', failure: { code: 'internal', message: 'the sink refuses the event with 422' } },
      { id: '3', reply: { to: '3' } },
    ]);
    const [line] = log.lines.filter(({ level }) => level === 'error');
    expect(line?.fields).to.deep.equal({ status: 422, type: TYPE, id: '2' });
  });

  it('that a function refuses are answered as it says, with what is there now, to who waits for an answer', async () => {
    const type = 'application/problem+json; charset=utf-8';
    const problem = { type: 'about:blank', status: 422, code: 'conflict', detail: 'has changed', current: { rev: 2 } };
    const headers = { 'content-type': type };
    const sink = await sinkThat(event =>
      event.id === '2' ? { status: 422, headers, body: JSON.stringify(problem) } : replied(event),
    );
    const { queues, answers, replyTo } = publishingTo(sink.url);
    await queues.publish('q', body('1', '2', '3'), { replyTo });
    expect(answers).to.deep.equal([
      { id: '1', reply: { to: '1' } },
      { id: '2', failure: { code: 'conflict', message: 'has changed', current: { rev: 2 } } },
      { id: '3', reply: { to: '3' } },
    ]);
    expect((await failureOf(queues.publish('q', body('2')))).code, 'to nobody').to.equal('conflict');
  });

  it('that a sink refuses in words of its own are refused, whatever it says', async () => {
    const headers = { 'content-type': 'application/problem+json' };
    for (const said of [
      'no JSON',
      '{"code":"internal","detail":"x"}',
      '{"code":"__proto__","detail":"x"}',
      '{"code":"conflict"}',
      'null',
    ]) {
      const sink = await sinkThat(() => ({ status: 422, headers, body: said }));
      const { queues, answers, replyTo } = publishingTo(sink.url);
      expect((await failureOf(queues.publish('q', body('1'), { replyTo }))).code, said).to.equal('internal');
      expect(answers).to.deep.equal([
        { id: '1', failure: { code: 'internal', message: 'the sink refuses the event with 422' } },
      ]);
    }
  });

  it('are not sent after a redirection', async () => {
    const other = await sinkThat(() => ({ status: 202 }));
    const sink = await sinkThat(() => ({ status: 307, headers: { location: other.url } }));
    expect((await failureOf(publishingTo(sink.url).queues.publish('q', body('1')))).code).to.equal('internal');
    expect(other.events).to.deep.equal([]);
  });

  it('for which the sink has nobody go to their queue', async () => {
    const sink = await sinkThat(() => ({ status: 404 }));
    const { queues } = publishingTo(sink.url);
    await queues.declare([{ name: 'q', ordered: false }]);
    const consumer = await collect(queues, 'q', { ordered: false, prefetch: 10 });
    const published = queues.publish('q', body('1', '2'));
    for (const place of [0, 1]) (await eventually('a delivery', () => consumer.deliveries[place])).ack();
    await published;
    expect(consumer.bodies()).to.deep.equal([body('1'), body('2')]);
    expect(log.lines.map(({ fields }) => fields)).to.deep.equal([{ type: TYPE, queue: 'q' }]);
  });

  it('get the extensions that every event is to have', async () => {
    const sink = await sinkThat(() => ({ status: 202 }));
    await publishingTo(sink.url, { extensions: { tenant: 'blue' } }).queues.publish('q', body('1'));
    expect(sink.events).to.deep.equal([{ ...event('1'), tenant: 'blue' }]);
  });

  it('are refused when too much waits already, in number or in bytes', async () => {
    for (const limit of [{ maxPending: 1 }, { maxBytes: 1 }]) {
      const busy = gate();
      const sink = await sinkThat(async () => {
        await busy.opened;
        return { status: 202 };
      });
      const { queues } = publishingTo(sink.url, limit);
      const first = queues.publish('q', body('1'));
      expect((await failureOf(queues.publish('q', body('2')))).message).to.match(/too many/);
      busy.open();
      await first;
      await queues.publish('q', body('3'));
    }
  });

  it('under way are waited for at the end, though not for long, and then there are none', async () => {
    const busy = gate();
    const sink = await sinkThat(async ({ id }) => {
      await (id === 'never' ? new Promise(() => undefined) : busy.opened);
      return { status: 202 };
    });
    const { queues } = publishingTo(sink.url, { lastAnswersMs: 100 });
    const [first, second] = [queues.publish('q', body('1')), queues.publish('other', body('never'))];
    const failed = failureOf(second);
    const closed = queues.close();
    expect((await failureOf(queues.publish('q', body('2')))).message).to.equal('closed');
    busy.open();
    await first;
    expect((await failed).code).to.equal('unavailable');
    await closed;
    expect(queues.state()).not.to.equal('up');
  });
});
