/** What the targets have in common: whom they attack, which inputs are theirs, and where they say how it went. */
import type { Deployment } from '#support/deployment.js';
import type { Findings } from './findings.js';
import { type Random, randomFor } from './random.js';
import type { World } from './world.js';

export const TARGETS = ['http', 'broken', 'socket', 'client', 'packets', 'queues'] as const;
export type TargetName = (typeof TARGETS)[number];

export interface Attack {
  readonly deployment: Deployment;
  readonly world: World;
  readonly findings: Findings;
  /** The numbers of a lane's inputs, until time is up. Lanes share them out, so that a number always has the same lane. */
  numbers(lane: number, lanes: number): Iterator<number, undefined>;
  random(target: TargetName, input: number): Random;
  /** An input has had its answer, or has none coming. */
  count(target: TargetName, outcome: string): void;
  /** What went to and fro, when a single input is looked at. */
  trace(direction: '>' | '<', text: string): void;
}

export interface AttackOptions extends Pick<Attack, 'deployment' | 'world' | 'findings'> {
  readonly seed: number;
  /** Only this input. */
  readonly only?: number;
  /** The most inputs of each target. */
  readonly most?: number;
  readonly going: () => boolean;
  readonly trace?: Attack['trace'];
}

export type Tally = Map<TargetName, Map<string, number>>;

export function prepareAttack({
  seed,
  only,
  most = Number.POSITIVE_INFINITY,
  going,
  trace = () => {},
  ...rest
}: AttackOptions): Attack & { tally: Tally } {
  const tally: Tally = new Map();
  return {
    ...rest,
    trace,
    tally,
    *numbers(lane, lanes) {
      if (only === undefined) for (let input = lane; input < most && going(); input += lanes) yield input;
      else if (only % lanes === lane) yield only;
      return undefined;
    },
    random: (target, input) => randomFor(seed, target, input),
    count(target, outcome) {
      const outcomes = tally.get(target) ?? new Map<string, number>();
      tally.set(target, outcomes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
  };
}

export const inputsIn = (outcomes: ReadonlyMap<string, number>): number =>
  [...outcomes.values()].reduce((sum, count) => sum + count, 0);
