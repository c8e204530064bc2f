/** Every line about a piece of work says which: by the ids of the request, the user, what it is about, and the trace. */
import { expect } from 'chai';
import Type from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { Log } from '#runtime/contract/function.js';
import { on } from '#runtime/contract/service.js';
import { http } from '#runtime/contract/trigger.js';
import { idsOf } from '#runtime/core/ids.js';
import { uuid } from '#runtime/testing/context.js';
import { eventually } from '../../support/eventually.js';
import { define, TYPE, workbench } from './workbench.js';

const SECRET = 'what somebody wrote';
const traceId = '5'.repeat(32);
const traceparent = `00-${traceId}-${'6'.repeat(16)}-01`;
const caller = { userId: uuid(7), sessionId: uuid(8), expiresAt: Number.MAX_SAFE_INTEGER };

interface Line {
  readonly level: keyof Log;
  readonly message: string;
  readonly [field: string]: unknown;
}

function recording() {
  const lines: Line[] = [];
  const line =
    (level: keyof Log) =>
    (fields: object, message: string): void =>
      void lines.push({ level, message, ...fields });
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  let ids = 100;
  const bench = workbench({ log, ids: ['roomId'], newId: () => uuid(++ids) });
  return { lines, ...bench };
}

const Note = Type.Object({ roomId: Type.String(), text: Type.String() });
const note = (act: (log: Log) => void) =>
  define.single({
    name: 'note',
    access: 'anybody',
    needs: [],
    summary: 'Takes a note.',
    input: Note,
    handle: ({ log }) => {
      act(log);
      return {};
    },
  });
const binding = (act: (log: Log) => void) => on(http.post('/notes'), note(act));

describe('a log line', () => {
  const whose = { requestId: uuid(101), userId: caller.userId, roomId: uuid(1), traceId };
  const data = { roomId: uuid(1), text: SECRET };

  it('of a function says whose call it is about', async () => {
    const { invoker, lines } = recording();
    const levels = ['debug', 'info', 'warn', 'error'] as const;
    const call = binding(log => {
      for (const level of levels) log[level]({ tries: 2 }, 'hm');
    });
    await invoker.invoke({ binding: call, data, caller, traceparent }).result;
    expect(lines).to.deep.equal(levels.map(level => ({ level, message: 'hm', tries: 2, ...whose })));
  });

  it('of a defect says in whose call it was met', async () => {
    const { invoker, lines } = recording();
    const defect = new TypeError('a defect');
    const call = binding(() => {
      throw defect;
    });
    const { result } = invoker.invoke({ binding: call, data, caller, traceparent });
    expect(await result.catch(failure => failure)).to.include({ code: 'internal' });
    expect(lines).to.deep.equal([{ level: 'error', message: 'function failed', err: defect, fn: 'note', ...whose }]);
  });

  it('of a refusal says what kind it was, and not what it said', async () => {
    const { invoker, lines } = recording();
    const call = binding(() => {
      throw new Failure('forbidden', SECRET);
    });
    await invoker.invoke({ binding: call, data, caller }).result.catch(() => {});
    const { traceId: _, ...untraced } = whose;
    expect(lines).to.deep.equal([
      { level: 'debug', message: 'function refused', code: 'forbidden', fn: 'note', ...untraced },
    ]);
  });

  it('has nothing in the place of an id that is none', async () => {
    const { invoker, lines } = recording();
    const call = binding(log => log.info({}, 'there'));
    await invoker.invoke({ binding: call, data: { roomId: SECRET, text: '' } }).result;
    expect(lines).to.deep.equal([{ level: 'info', message: 'there', requestId: uuid(101) }]);
  });

  it('takes nothing but a text for an id, whatever somebody put into a queue', () => {
    for (const value of [[uuid(1)], { toString: () => uuid(1) }, null, 7]) {
      expect(idsOf({ id: value, traceparent: [traceparent], data: { roomId: value } }, ['roomId'])).to.deep.equal({});
    }
    expect(idsOf({ id: uuid(1), data: null }, ['roomId'])).to.deep.equal({ requestId: uuid(1) });
    for (const event of [undefined, null, 7, 'text']) expect(idsOf(event, ['roomId'])).to.deep.equal({});
  });

  it('of a dead letter says what it was about', async () => {
    const { publisher, work, lines } = recording();
    const never = define.batch({
      name: 'never',
      access: 'nobody',
      needs: [],
      summary: 'Takes nothing.',
      input: Note,
      handle: (_, events) => ({ items: events.map(() => ({ verdict: { dead: 'never' } })) }),
    });
    await work(never);
    await publisher.publish([{ type: TYPE, id: uuid(9), data }], { parent: traceparent });
    const line = await eventually('it is logged', () => lines.find(({ message }) => message === 'dead-lettered'));
    expect(line).to.include({ level: 'warn', reason: 'never', requestId: uuid(9), roomId: uuid(1), traceId });
    expect(JSON.stringify(lines)).not.to.contain(SECRET);
  });
});
