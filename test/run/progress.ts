/** How far it is, and about how long it still takes, by what was recorded and how fast this machine has been until now. */
import type { Batch } from './batches.js';

export interface Plan {
  /** Run at the same time, this many at once. */
  readonly together: readonly Batch[];
  readonly jobs: number;
  /** Run one after the other when those are done. */
  readonly alone: readonly Batch[];
}

const secondsIn = (batches: readonly Batch[]): number => batches.reduce((sum, { seconds }) => sum + seconds, 0);
const filesIn = (batches: readonly Batch[]): number => batches.reduce((sum, { files }) => sum + files.length, 0);

export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** What it takes from the beginning of all, or of what is left. */
const expected = ({ together, jobs, alone }: Plan): number => secondsIn(together) / jobs + secondsIn(alone);

export function beginning(plan: Plan): string {
  const count = filesIn(plan.together) + filesIn(plan.alone);
  const last = plan.alone.length > 0 ? `, ${filesIn(plan.alone)} of them last and alone` : '';
  return `${count} files, ${plan.jobs} at a time${last}: about ${clock(expected(plan))} min by earlier runs`;
}

/** `elapsed` in seconds. */
export function howFar(plan: Plan, done: ReadonlySet<Batch>, elapsed: number): string {
  const without = (batches: readonly Batch[]) => batches.filter(batch => !done.has(batch));
  const left = { ...plan, together: without(plan.together), alone: without(plan.alone) };
  const [all, rest] = [expected(plan), expected(left)];
  const pace = all > rest ? elapsed / (all - rest) : 1;
  const total = filesIn(plan.together) + filesIn(plan.alone);
  const place = String(total - filesIn(left.together) - filesIn(left.alone)).padStart(String(total).length);
  return `[${place}/${total}] ${clock(elapsed)}, about ${clock(rest * pace)} to go`;
}
