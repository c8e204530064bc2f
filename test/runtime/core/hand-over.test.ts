/** The moment at which the next ordered event of a connection may go: whoever asks for it, and whenever. */
import { expect } from 'chai';
import Type from 'typebox';
import type { PublicationOf } from '#runtime/contract/event-type.js';
import { Failure } from '#runtime/contract/failure.js';
import { on } from '#runtime/contract/service.js';
import { socket } from '#runtime/contract/trigger.js';
import { define, thingCame, workbench } from './workbench.js';

const common = { access: 'anybody', needs: [], summary: 'Works.', input: Type.Object({}) } as const;
const consumer = define.single({ ...common, name: 'take', handle: () => ({}) });

async function invocation(handle: () => Handled | Promise<Handled>) {
  const { invoker, work } = workbench();
  await work(consumer);
  const fn = define.single({ ...common, name: 'work', publishes: [thingCame], handle });
  return invoker.invoke({ binding: on(socket('work'), fn), data: {} });
}

interface Handled {
  readonly publish?: readonly PublicationOf<typeof thingCame>[];
}

const published: Handled = { publish: [thingCame({ n: 1 })] };

describe('an invocation is handed over', () => {
  it('not while its function thinks, and as soon as its publications stand in line', async () => {
    let answer = (_answer: Handled): void => {};
    const work = await invocation(() => new Promise<Handled>(resolve => (answer = resolve)));
    let over = false;
    const asked = work.handedOver.then(() => (over = true));
    await new Promise(setImmediate);
    expect(over).to.equal(false);
    answer(published);
    await asked;
    await work.result;
  });

  it('for who asks when it is over, too', async () => {
    const work = await invocation(() => published);
    await work.result;
    await work.handedOver;
  });

  it('when it has nothing to publish, or fails', async () => {
    const idle = await invocation(() => ({}));
    await idle.handedOver;
    const failing = await invocation(() => {
      throw new Failure('not_found', 'no such thing');
    });
    const failed = failing.result.catch((failure: Failure) => failure.code);
    await failing.handedOver;
    expect(await failed).to.equal('not_found');
  });
});
