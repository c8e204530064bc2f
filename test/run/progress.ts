/** How far it is, and about how long it still takes, by what was recorded and how fast this machine has been until now. */
import type { Batch } from './batches.js';

export interface Plan {
  /** Run at the same time, this many at once. */
  readonly together: readonly Batch[];
  readonly jobs: number;
  /** Run beside them, one after the other; then the others have one more at a time. */
  readonly computing: readonly Batch[];
  /** Run one after the other when all those are done. */
  readonly alone: readonly Batch[];
}

const secondsIn = (batches: readonly Batch[]): number => batches.reduce((sum, { seconds }) => sum + seconds, 0);
const filesIn = (batches: readonly Batch[]): number => batches.reduce((sum, { files }) => sum + files.length, 0);

export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** What it takes from the beginning of all, or of what is left, so many at a time. */
const expected = ({ together, computing, alone }: Plan, lanes: number): number =>
  Math.max((secondsIn(together) + secondsIn(computing)) / lanes, secondsIn(computing)) + secondsIn(alone);

const lanesOf = ({ jobs, computing }: Plan): number => (computing.length > 0 ? jobs + 1 : jobs);

const allOf = ({ together, computing, alone }: Plan): readonly Batch[] => [...together, ...computing, ...alone];

export function beginning(plan: Plan): string {
  const count = filesIn(allOf(plan));
  const beside = plan.computing.length > 0 ? ` and one of ${filesIn(plan.computing)} that compute` : '';
  const last = plan.alone.length > 0 ? `, ${filesIn(plan.alone)} of them last and alone` : '';
  return `${count} files, ${plan.jobs} at a time${beside}${last}: about ${clock(expected(plan, lanesOf(plan)))} min by earlier runs`;
}

/** `elapsed` in seconds. */
export function howFar(plan: Plan, done: ReadonlySet<Batch>, elapsed: number): string {
  const without = (batches: readonly Batch[]) => batches.filter(batch => !done.has(batch));
  const { together, computing, alone } = plan;
  const left = { ...plan, together: without(together), computing: without(computing), alone: without(alone) };
  const [all, rest] = [expected(plan, lanesOf(plan)), expected(left, lanesOf(plan))];
  const pace = all > rest ? elapsed / (all - rest) : 1;
  const total = filesIn(allOf(plan));
  const place = String(total - filesIn(allOf(left))).padStart(String(total).length);
  return `[${place}/${total}] ${clock(elapsed)}, about ${clock(rest * pace)} to go`;
}
