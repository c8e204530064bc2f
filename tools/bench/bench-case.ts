/**
 * What a case is: one piece of work, done by us and by a peer in turn, and how much better than the peer we want to be.
 * A side is opened once, works in several rounds, and is closed; in each round it does the same work anew.
 */
import type { Stage } from './stage.js';

/** What one round of one side showed. Names say the units, as in `messages/s`, and are the same on both sides. */
export interface Figures {
  readonly values: Readonly<Record<string, number>>;
  /** Microseconds of CPU for one piece of work, by process. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Cores that others kept busy meanwhile. */
  readonly otherCores?: number;
}

/** How much work a round is. */
export interface Length {
  readonly warmS: number;
  readonly seconds: number;
  /** Where the work is an amount and not a time: this share of it. */
  readonly scale: number;
}

export interface Side {
  readonly name: string;
  /** `missing` says why this side cannot be had here; the other one is then measured alone. */
  open(stage: Stage): Promise<Opened | { readonly missing: string }>;
}

export interface Opened {
  /** Rejects when an answer was wrong, or something was lost: then no figure of it counts. */
  round(length: Length): Promise<Figures>;
  close(): Promise<void>;
}

export interface Goal {
  /** One of the values. */
  readonly of: string;
  /** Ours divided by the peer's, or ours alone, in the value's unit. */
  readonly as: 'ratio' | 'value';
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Case {
  readonly name: string;
  /** What is done, for the report. */
  readonly summary: string;
  /** What `cpu` is counted for. */
  readonly unit: string;
  readonly ours: Side;
  readonly peer?: Side;
  /** Our side as the build in a folder has it: with `--against`, the peer. */
  readonly older?: (folder: string) => Side;
  /** How much dearer than an older build, without what was added since, it may have become. */
  readonly olderGoals?: readonly Goal[];
  /** The same promises written by hand: with `--pipeline`, the peer. */
  readonly pipeline?: Side;
  /** How much dearer than that we may be. */
  readonly pipelineGoals?: readonly Goal[];
  readonly goals: readonly Goal[];
  /** Takes minutes: runs only where it is named. */
  readonly byName?: boolean;
  /** Left out of a quick run. */
  readonly fullOnly?: boolean;
  /** Its processes are new: they begin with a round that does not count, so that their code is compiled. */
  readonly runsIn?: boolean;
  /** Steady enough that half the time says as much. */
  readonly brief?: boolean;
}
