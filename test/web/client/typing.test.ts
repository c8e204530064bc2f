/** Typing is told when it begins, now and then, and when it ends; what is heard of others ends by itself. */
import { expect } from 'chai';
import { createStore } from '../../../web/client/state.js';
import { createTyping } from '../../../web/client/typing.js';
import { fakeClock } from '../support/fake-clock.js';

describe('typing of a client', () => {
  function stage() {
    const clock = fakeClock();
    const store = createStore();
    const told: boolean[] = [];
    const typing = createTyping({ clock, store, ask: async (_event, { active }) => void told.push(active) });
    return { clock, store, told, typing };
  }

  it('is told at most every three seconds', async () => {
    const { clock, told, typing } = stage();
    for (let key = 0; key < 40; key++) {
      typing.tell('a', true);
      await clock.pass(100);
    }
    expect(told).to.deep.equal([true, true]);
  });

  it('is over five seconds after the last key, or at once when the message goes', async () => {
    const { clock, told, typing } = stage();
    typing.tell('a', true);
    await clock.pass(4_900);
    expect(told).to.deep.equal([true]);
    await clock.pass(200);
    expect(told).to.deep.equal([true, false]);
    typing.tell('a', true);
    typing.tell('a', false);
    typing.tell('a', false);
    expect(told).to.deep.equal([true, false, true, false]);
    expect(clock.due).to.equal(0);
  });

  it('of others is believed for six seconds', async () => {
    const { clock, store, typing } = stage();
    typing.heard('a', 'ben', true);
    typing.heard('a', 'cem', true);
    await clock.pass(4_000);
    typing.heard('a', 'ben', true);
    await clock.pass(3_000);
    expect(store.state.typing.a).to.deep.equal(['ben']);
    typing.heard('a', 'ben', false);
    expect(store.state.typing.a).to.deep.equal([]);
  });
});
