/** What the rounds of a case come to: each value's spread, the ratio of ours to the peer's, and whether goals are met. */
import type { Goal } from '../bench-case.js';
import type { Ran } from '../rounds.js';
import { type Spread, spreadOf } from '../statistics.js';

export interface Row {
  readonly of: string;
  readonly ours: Spread;
  readonly peer?: Spread;
  /** Round by round, ours divided by the peer's. */
  readonly ratio?: Spread;
  readonly goals: readonly { readonly wanted: string; readonly met: boolean | undefined }[];
}

/** Those with a goal come first. */
export function rowsOf({ case: one, ours, peer }: Ran): readonly Row[] {
  const names = [...new Set([...one.goals.map(goal => goal.of), ...Object.keys(ours[0]?.values ?? {})])];
  return names.flatMap(of => {
    const valuesOf = (rounds: Ran['ours']) => rounds.flatMap(({ values }) => values[of] ?? []);
    const [own, others] = [valuesOf(ours), valuesOf(peer)];
    if (own.length === 0) return [];
    const ratios = own.slice(0, others.length).map((value, round) => value / others[round]!);
    const row = {
      of,
      ours: spreadOf(own),
      ...(others.length > 0 && { peer: spreadOf(others), ratio: spreadOf(ratios) }),
    };
    const goals = one.goals.filter(goal => goal.of === of);
    return [{ ...row, goals: goals.map(goal => ({ wanted: wordsOf(goal), met: isMet(goal, row) })) }];
  });
}

function isMet({ as, atLeast, atMost }: Goal, row: Pick<Row, 'ours' | 'ratio'>): boolean | undefined {
  const value = (as === 'ratio' ? row.ratio : row.ours)?.median;
  if (value === undefined || Number.isNaN(value)) return undefined;
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
}

function wordsOf({ as, atLeast, atMost }: Goal): string {
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return as === 'ratio' ? `${bound} ×` : bound;
}

/** CPU by process, the median over the rounds. */
export function cpuOf(rounds: Ran['ours']): readonly (readonly [name: string, us: number])[] {
  const names = Object.keys(rounds[0]?.cpu ?? {});
  return names.map(name => [name, spreadOf(rounds.map(({ cpu }) => cpu[name] ?? 0)).median] as const);
}

/** The most that others kept busy in any round, in cores. */
export const disturbance = ({ ours, peer }: Ran): number =>
  Math.max(0, ...[...ours, ...peer].map(({ otherCores }) => otherCores ?? 0));
