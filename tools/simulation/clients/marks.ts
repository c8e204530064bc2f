/** Tells the system now and then how far a device has received and read, and notes what came of it. */
import type { Scheduler } from '../kernel/scheduler.js';
import type { Line } from './line.js';
import type { Observations } from './observations.js';

interface MarksOptions {
  readonly scheduler: Scheduler;
  readonly userId: string;
  readonly line: Line;
  readonly seen: Observations;
}

const ANSWER_WITHIN_MS = 5_000;

export interface Marks {
  /** `held` is how many messages of the chat the device has without a hole, and so may have read. */
  mark(chatId: string, held: number): void;
  /** No more of them; resolves when those that were made are answered, or never will be. */
  rest(): Promise<void>;
}

export function createMarks({ scheduler: { chance, now }, userId, line, seen }: MarksOptions): Marks {
  const pending = new Set<Promise<unknown>>();
  let resting = false;

  async function read(chatId: string, seq: number): Promise<void> {
    const report: Observations['reads'][number] = { userId, chatId, seq, acknowledgedAt: undefined };
    seen.reads.push(report);
    const answer = await line.ask('message:read', { chatId, seq }, ANSWER_WITHIN_MS);
    if (answer?.ok) report.acknowledgedAt = now();
  }

  function mark(chatId: string, held: number): void {
    if (resting) return;
    if (chance.strikes(0.1)) void line.ask('message:delivered', { chatId, seq: held }, ANSWER_WITHIN_MS);
    // Some look at what is new, and some at what is old: a watermark takes the farther of the two.
    if (!chance.strikes(0.15)) return;
    const reading = read(chatId, chance.strikes(0.5) ? held : 1 + chance.below(held));
    pending.add(reading);
    void reading.then(() => pending.delete(reading));
  }

  return {
    mark,
    async rest() {
      resting = true;
      await Promise.all(pending);
    },
  };
}
