/** What of a long history stays: near the view and the end, bounded in messages and in bytes, and what is asked for next. */
import { expect } from 'chai';
import { type History, historyFrom, place, take } from '../../../web/client/history.js';
import { BOUNDS, missingNear, nearTo } from '../../../web/client/near.js';
import type { Message } from '../../../web/client/shapes.js';
import { message } from '../support/messages.js';

const LONGEST = '\u{1F600}'.repeat(4_096);
const stretch = (from: number, to: number, rest: Partial<Message> = {}): Message[] =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at, rest));
const whole = (upTo: number, rest?: Partial<Message>): History => take(historyFrom(0), stretch(1, upTo, rest));
const rangeOf = (messages: readonly Message[]): string => `${messages[0]?.seq}…${messages.at(-1)?.seq}`;
const seqIn = (history: History, seq: number) => nearTo(history, { from: seq, to: seq + 10 });

describe('what stays of a history', () => {
  it('is the end where nobody looks, and where one looks at the end', () => {
    expect(rangeOf(nearTo(whole(1_000), undefined).messages)).to.equal('901…1000');
    expect(rangeOf(seqIn(whole(1_000), 990).messages)).to.equal('901…1000');
    expect(rangeOf(seqIn(whole(1_000), 960).messages), 'a little further back').to.equal('885…1000');
  });

  it('is also what is near to the view, as a stretch of its own where that is far from the end', () => {
    const { messages, back, upTo } = seqIn(whole(1_000), 500);
    expect([rangeOf(back), rangeOf(messages), upTo]).to.deep.equal(['425…585', '901…1000', 1_000]);
    const moved = seqIn(place({ ...whole(1_000), messages, back }, stretch(300, 424)), 310);
    expect([rangeOf(moved.back), rangeOf(moved.messages)]).to.deep.equal(['300…395', '901…1000']);
  });

  it('is all of it until that is worth while', () => {
    const history = whole(149);
    expect(nearTo(history, undefined)).to.equal(history);
    expect(nearTo(whole(150), undefined).messages).to.have.length(100);
  });

  it('is less where the messages are long, and not asked for again because of that', () => {
    const history = whole(1_000, { body: LONGEST });
    const near = seqIn(history, 500);
    const bytes = [...near.messages, ...near.back].reduce((sum, { body }) => sum + 2 * body.length, 0);
    expect(bytes).to.be.below(4 * BOUNDS.bytes);
    expect(near.back.length, 'enough to look at').to.be.at.least(11 + 2 * BOUNDS.least);
    expect(missingNear(near, { from: 500, to: 510 })).to.equal(undefined);
  });

  it('is asked for around the view, on either side of it, until there is no more', () => {
    const end = nearTo(whole(1_000), undefined);
    expect(missingNear(end, { from: 980, to: 1_000 })).to.equal(undefined);
    expect(missingNear(end, { from: 930, to: 950 })).to.deep.equal({ before: 901 });
    expect(missingNear(end, { from: 500, to: 500 })).to.deep.equal({ after: 474 });
    expect(missingNear(end, { from: -7, to: 0 }), 'the beginning').to.deep.equal({ after: 0 });
    const back = place(end, stretch(475, 524));
    expect(missingNear(back, { from: 500, to: 510 })).to.deep.equal({ before: 475 });
    expect(missingNear(place(back, stretch(425, 474)), { from: 500, to: 510 })).to.deep.equal({ after: 524 });
    expect(missingNear({ ...back, begins: 475 }, { from: 500, to: 500 })).to.deep.equal({ after: 524 });
    expect(missingNear(historyFrom(1_000), { from: 1_000, to: 1_000 })).to.deep.equal({ before: 1_001 });
    expect(missingNear(historyFrom(0), { from: 1, to: 1 }), 'an empty chat').to.equal(undefined);
  });
});
