/** Waiting without sleeping blindly: ask again until the answer is there, or fail at the deadline and say what was seen last. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What is waited for is there at once, or in a moment on a machine that is busy: the limit ends a wait for what never comes,
 * early enough for the test to say what it was. Only what promises a time is given another.
 */
export const LIMIT_MS = 30_000;

export interface Patience {
  readonly within?: number;
  readonly every?: number;
}

/** The first answer of `probe` that is neither undefined nor false. What the probe throws is kept for the message. */
export async function eventually<Answer>(
  what: string,
  probe: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  { within = LIMIT_MS, every = 20 }: Patience = {},
): Promise<Answer> {
  const deadline = Date.now() + within;
  let trouble: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      trouble = error;
    }
    if (Date.now() >= deadline) throw new Error(`not within ${within} ms: ${what}`, { cause: trouble });
    await pause(every);
  }
}

/** The same for a condition that says itself what it waits for. */
export const until = (condition: () => unknown, within = LIMIT_MS): Promise<boolean> =>
  eventually(String(condition), async () => Boolean(await condition()), { within, every: 5 });
