/** The stretch of a chat's history that a client holds has no holes and nothing twice, however things come. */
import { expect } from 'chai';
import fc from 'fast-check';
import { firstOf, historyFrom, place, take, withHidden } from '../../../web/client/history.js';
import { message, seqsOf } from '../support/messages.js';

const messages = (...seqs: number[]) => seqs.map(seq => message(seq));

describe('history of a chat', () => {
  it('takes what comes next', () => {
    const history = take(historyFrom(4), messages(5, 6));
    expect(seqsOf(history.messages)).to.deep.equal([5, 6]);
    expect(history.upTo).to.equal(6);
    expect(firstOf(history)).to.equal(5);
  });

  it('lets what comes from behind a gap wait until the gap is closed', () => {
    const gap = take(take(historyFrom(0), messages(1)), messages(4, 3));
    expect(seqsOf(gap.messages)).to.deep.equal([1]);
    expect(seqsOf(gap.ahead)).to.deep.equal([3, 4]);
    const closed = take(gap, messages(2));
    expect(seqsOf(closed.messages)).to.deep.equal([1, 2, 3, 4]);
    expect(closed.ahead).to.deep.equal([]);
  });

  it('stays the same object when nothing is new', () => {
    const history = take(historyFrom(0), messages(1, 2, 4));
    expect(take(history, messages(1, 2, 4))).to.equal(history);
  });

  it('puts older messages in front, and holds those that do not fit as a stretch of their own until the gap is closed', () => {
    const history = take(historyFrom(9), messages(10));
    expect(seqsOf(place(history, messages(7, 8, 9)).messages)).to.deep.equal([7, 8, 9, 10]);
    expect(seqsOf(place(history, messages(9, 10)).messages), 'ten is there already').to.deep.equal([9, 10]);
    const back = place(history, messages(5, 6));
    expect([back.back, back.messages].map(seqsOf), 'seven is missing').to.deep.equal([[5, 6], [10]]);
    const grown = place(back, messages(3, 4));
    expect(seqsOf(grown.back)).to.deep.equal([3, 4, 5, 6]);
    expect(seqsOf(place(grown, messages(1)).back), 'looked at elsewhere').to.deep.equal([1]);
    const older = place(grown, messages(8, 9));
    expect([older.back, older.messages].map(seqsOf)).to.deep.equal([
      [3, 4, 5, 6],
      [8, 9, 10],
    ]);
    const whole = place(older, messages(6, 7, 8));
    expect([whole.back, whole.messages].map(seqsOf)).to.deep.equal([[], [3, 4, 5, 6, 7, 8, 9, 10]]);
    expect(take(back, [message(6, { rev: 1 })]).back[1]?.rev, 'changes reach it').to.equal(1);
  });

  it('has a place for each message that its reader hides from themselves, whatever is told of it later', () => {
    const answer = withHidden('chat', messages(2, 4), 0, 5);
    const history = take(historyFrom(0), answer);
    expect(history.upTo).to.equal(5);
    expect(seqsOf(history.messages.filter(({ hidden }) => !hidden))).to.deep.equal([2, 4]);
    expect(take(history, [message(3, { rev: 7, body: 'edited' })])).to.equal(history);
    expect(
      seqsOf(place(take(historyFrom(9), messages(10)), withHidden('chat', messages(8), 6, 9)).messages),
    ).to.deep.equal([7, 8, 9, 10]);
  });

  it('holds exactly 1…N in order when all have come, in any order and any number of times', () => {
    const arrivals = fc.integer({ min: 1, max: 30 }).chain(count =>
      fc.tuple(
        fc.constant(count),
        fc.array(fc.integer({ min: 1, max: count }), { maxLength: 60 }),
        fc.shuffledSubarray(
          [...Array(count)].map((_, at) => at + 1),
          { minLength: count },
        ),
      ),
    );
    fc.assert(
      fc.property(arrivals, ([count, some, all]) => {
        let history = historyFrom(0);
        for (const seq of [...some, ...all]) {
          history = take(history, messages(seq));
          expect(seqsOf(history.messages)).to.deep.equal([...Array(history.upTo)].map((_, at) => at + 1));
          expect(history.ahead.every(({ seq: ahead }) => ahead > history.upTo + 1)).to.equal(true);
        }
        expect(history.upTo).to.equal(count);
        expect(history.ahead).to.deep.equal([]);
      }),
    );
  });
});
