/** What is in the page follows the view, in steps that leave most of scrolling alone. */
import { expect } from 'chai';
import type { Shown } from '../../../web/app/rows.js';
import { around, END, moved, type Places, placesOf } from '../../../web/app/span.js';

const COUNT = 500;
const all: readonly Shown[] = Array.from({ length: COUNT }, (_, at) => ({
  ...{ chatId: 'c', seq: at + 1, id: `m${at}`, clientId: `${at}`, senderId: 'ann', body: `${at}` },
  ...{ replyTo: null, sentAt: '2026-01-02T03:04:05.678Z' },
}));
const VIEW = 12;

/** Scrolls by a message at a time from one place to another; answers what was in the page at each. */
function scrolled(from: number, to: number, places: Places): Places[] {
  const steps: Places[] = [];
  let now = places;
  for (let top = from; top !== to; top += Math.sign(to - from)) {
    now = placesOf(all, moved(all, now, [top, top + VIEW], true));
    steps.push(now);
  }
  return steps;
}
const changes = (steps: readonly Places[]): number =>
  steps.filter(([first, last], at) => first !== steps[at - 1]?.[0] || last !== steps[at - 1]?.[1]).length;

describe('the messages in the page', () => {
  const end = placesOf(all, END);

  for (const [name, from, to, start] of [
    ['up', COUNT - VIEW - 1, 0, end],
    ['down', 0, COUNT - VIEW - 1, [0, 50]],
  ] as const) {
    it(`are there before one comes to them, and not for long after it, scrolling ${name}`, () => {
      const steps = scrolled(from, to, start);
      for (const [at, [first, last]] of steps.entries()) {
        const top = from + at * Math.sign(to - from);
        expect(first, `above ${top}`).to.be.within(Math.max(0, top - 60), Math.max(0, top - 22));
        expect(last, `below ${top}`).to.be.within(Math.min(COUNT - 1, top + VIEW + 22), top + VIEW + 60);
      }
      expect(steps.at(-1)?.[name === 'up' ? 0 : 1], 'the last of them').to.equal(name === 'up' ? 0 : COUNT - 1);
    });

    it(`come and go several at a time, so that most steps ${name} change nothing`, () => {
      const steps = scrolled(from, to, start);
      expect(changes(steps)).to.be.below(steps.length / 3);
    });
  }

  it('stay as they are while one looks to and fro', () => {
    let places = placesOf(all, around(250));
    for (let more = 0; more < 20; more++) places = placesOf(all, moved(all, places, [250, 250 + VIEW], true));
    for (const by of [2, -2, 4, -4, 1])
      expect(placesOf(all, moved(all, places, [250 + by, 250 + VIEW + by], true)), `by ${by}`).to.deep.equal(places);
  });
});
