/** A batch function that looks again at what it told: when, how often, and that the last to be told is how things are. */
import { expect } from 'chai';
import Type from 'typebox';
import { MOST_SETTLES } from '#runtime/core/invoker.js';
import { testEvent } from '#runtime/testing/context.js';
import { define, workbench } from './workbench.js';

const common = { access: 'nobody', needs: [], emits: ['state'], summary: 'Tells.', input: Type.Object({}) } as const;
const news = (data: string) => [{ send: 'state' as const, data, to: ['all'] }];

describe('a batch function that settles', () => {
  it('is called when what it told has been carried out, until it has nothing more to say', async () => {
    const { runBatch, emitted } = workbench();
    const seen: number[] = [];
    const fn = define.batch({
      ...{ ...common, name: 'tell' },
      handle: async (_context, events) => ({ items: events.map(() => ({})), emit: news('first') }),
      settle: async (_context, events, { emit = [] }) => {
        seen.push(emitted.length);
        expect(events).to.have.length(2);
        return emit.length > 0 && seen.length < 3 ? { emit: news(`again ${seen.length}`), unsettled: true } : {};
      },
    });
    expect(await runBatch(fn, [testEvent({}), testEvent({})])).to.deep.equal([{ is: 'ok' }, { is: 'ok' }]);
    expect(seen).to.deep.equal([1, 2, 3]);
    expect(emitted.map(each => 'send' in each && each.data)).to.deep.equal(['first', 'again 1', 'again 2']);
  });

  it('is left alone where it never comes to an end', async () => {
    const { runBatch, emitted } = workbench();
    const fn = define.batch({
      ...{ ...common, name: 'tell' },
      handle: async (_context, events) => ({ items: events.map(() => ({})) }),
      settle: async () => ({ emit: news('again'), unsettled: true }),
    });
    await runBatch(fn, [testEvent({})]);
    expect(emitted).to.have.length(MOST_SETTLES);
  });

  it('tells last how it is, when two look and who looked first tells last', async () => {
    const { runBatch, emitted } = workbench();
    let state = 'gone';
    let release = (): void => {};
    const slow = new Promise<void>(resolve => (release = resolve));
    const telling = (before: Promise<unknown>) =>
      define.batch({
        ...{ ...common, name: 'tell' },
        handle: async (_context, events) => {
          const seen = state;
          await before;
          return { items: events.map(() => ({})), emit: news(seen) };
        },
        settle: async (_context, _events, { emit: [told] = [] }) =>
          told && 'send' in told && told.data !== state ? { emit: news(state), unsettled: true } : {},
      });
    const first = runBatch(telling(slow), [testEvent({})]);
    state = 'back';
    await runBatch(telling(Promise.resolve()), [testEvent({})]);
    release();
    await first;
    expect(emitted.map(each => 'send' in each && each.data)).to.deep.equal(['back', 'gone', 'back']);
  });
});
