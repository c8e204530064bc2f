import { expect } from 'chai';
import type { Figures } from '#tools/bench/bench-case.js';
import { type Climber, climb } from '#tools/bench/curve/ladder.js';
import type { Stage } from '#tools/bench/stage.js';

const LENGTH = { warmS: 0, seconds: 0, scale: 1 };
const STAGE = {} as Stage;

/** Answers at any rate up to its limit, and late above it. */
function climber(name: string, round: (rate: number) => Figures | Error): Climber & { asked: number[]; open: number } {
  const own = {
    name,
    asked: [] as number[],
    open: 0,
    at: (rate: number) => ({
      name,
      open: async () => {
        own.open++;
        return {
          round: async () => {
            own.asked.push(rate);
            const found = round(rate);
            if (found instanceof Error) throw found;
            return found;
          },
          close: async () => void own.open--,
        };
      },
    }),
  };
  return own;
}

const figures = (rate: number, p99: number): Figures => ({
  values: { 'messages/s': rate, 'arrival p99 ms': p99 },
  cpu: {},
});
const upTo = (limit: number) => (rate: number) => figures(Math.min(rate, limit), 5);

describe('the ladder of rates', () => {
  it('lets each side climb until it does too little, and keeps that rung', async () => {
    const [strong, weak] = [climber('strong', upTo(1_000)), climber('weak', upTo(150))];
    const [one, other] = await climb([strong, weak], [100, 200, 400], STAGE, LENGTH, () => {});
    expect([strong.asked, weak.asked]).to.deep.equal([
      [100, 200, 400],
      [100, 200],
    ]);
    expect(one!.rungs.map(({ rate }) => rate)).to.deep.equal([100, 200, 400]);
    expect(other!.rungs.at(-1)).to.deep.include({ rate: 200, values: { 'messages/s': 150, 'arrival p99 ms': 5 } });
    expect([strong.open, weak.open]).to.deep.equal([0, 0]);
  });

  it('ends where everything arrives, but too late, or nothing does', async () => {
    const late = climber('late', rate => figures(rate, rate > 100 ? 2_500 : 5));
    const never = climber('never', rate => figures(rate, Number.NaN));
    await climb([late, never], [100, 200, 400], STAGE, LENGTH, () => {});
    expect([late.asked, never.asked]).to.deep.equal([[100, 200], [100]]);
  });

  it('says what failed, and asks no more of that side', async () => {
    const losing = climber('losing', rate => (rate > 100 ? new Error('2 messages are lost') : figures(rate, 5)));
    const [climbed] = await climb([losing], [100, 200, 400], STAGE, LENGTH, () => {});
    expect(climbed).to.deep.include({ failure: 'at 200/s: 2 messages are lost' });
    expect([climbed!.rungs.length, losing.asked, losing.open]).to.deep.equal([1, [100, 200], 0]);
  });

  it('says why a side is not here', async () => {
    const absent: Climber = {
      name: 'absent',
      at: () => ({ name: 'absent', open: async () => ({ missing: 'no kit' }) }),
    };
    const [climbed] = await climb([absent], [100], STAGE, LENGTH, () => {});
    expect(climbed).to.deep.equal({ name: 'absent', rungs: [], missing: 'no kit' });
  });
});
