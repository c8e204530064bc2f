/**
 * A ladder of rates: several sides climb it in turn, rung by rung, each until it no longer keeps up. The rung on which it
 * did not is its last one and is part of the picture: there its latency turns upwards.
 */
import type { Figures, Length, Side } from '../bench-case.js';
import type { Stage } from '../stage.js';

export interface Climber {
  readonly name: string;
  /** The same work at so many messages a second. */
  at(rate: number): Side;
}

export interface Rung extends Figures {
  /** Messages a second that were asked for. */
  readonly rate: number;
}

export interface Climbed {
  readonly name: string;
  readonly rungs: readonly Rung[];
  /** Why it is not here. */
  readonly missing?: string;
  /** Something was wrong or lost: the rung does not count, and no other follows. */
  readonly failure?: string;
}

/** `step` is told of every rung before it begins. */
export async function climb(
  climbers: readonly Climber[],
  rates: readonly number[],
  stage: Stage,
  length: Length,
  step: (next: string) => void,
): Promise<readonly Climbed[]> {
  const all = climbers.map(climber => ({ climber, rungs: [] as Rung[], ended: false, missing: '', failure: '' }));
  for (const [turn, rate] of rates.entries()) {
    for (const one of turn % 2 === 0 ? all : all.toReversed()) {
      if (one.ended) continue;
      step(`${one.climber.name} at ${rate}/s`);
      const opened = await one.climber.at(rate).open(stage);
      if ('missing' in opened) {
        Object.assign(one, { ended: true, missing: opened.missing });
        continue;
      }
      try {
        const rung = { rate, ...(await opened.round(length)) };
        one.rungs.push(rung);
        one.ended = !keepsUp(rung);
      } catch (error) {
        Object.assign(one, { ended: true, failure: `at ${rate}/s: ${(error as Error).message}` });
      } finally {
        await opened.close();
      }
    }
  }
  return all.map(({ climber: { name }, rungs, missing, failure }) => ({
    ...{ name, rungs },
    ...(missing && { missing }),
    ...(failure && { failure }),
  }));
}

const ENOUGH = 0.95;
const LATEST_MS = 2_000;

/** Whether it did what was asked of it, and in time. */
export const keepsUp = ({ rate, values }: Rung): boolean =>
  values['messages/s']! >= ENOUGH * rate && values['arrival p99 ms']! <= LATEST_MS;
