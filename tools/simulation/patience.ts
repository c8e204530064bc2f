/** Waiting in virtual time. */

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

const LOOK_MS = 200;

/** Asks again and again until nothing is left to be said, or the time is over; what is left. */
export async function until(withinMs: number, ask: () => Promise<string[]> | string[]): Promise<string[]> {
  for (const deadline = performance.now() + withinMs; ; ) {
    const left = await ask();
    if (left.length === 0 || performance.now() >= deadline) return left;
    await sleep(LOOK_MS);
  }
}

/** Waits for as long as it takes. */
export async function whenever(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(LOOK_MS);
}
