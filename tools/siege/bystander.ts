/** Somebody who uses the gateway meanwhile, each time over a new connection. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Person } from '#support/people.js';

const EVERY_MS = 100;
const PATIENCE_MS = 5_000;

export interface Seen {
  /** Times of good answers, in ms, in order. */
  readonly ms: readonly number[];
  /** Requests that had none within 5 s. */
  readonly unanswered: number;
  /** Whether a live connection could be opened, towards the end. */
  readonly letIn: boolean;
}

/** Begins at once; what is given ends it. */
export function standBy(person: Person): () => Promise<Seen> {
  const ms: number[] = [];
  let [unanswered, over] = [0, false];

  async function ask(): Promise<void> {
    const since = performance.now();
    const headers = { authorization: `Bearer ${person.accessToken}`, connection: 'close' };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(`${person.gateway}/v1/users/me`, { headers, signal }).catch(() => undefined);
    if (answer?.ok && (await answer.json().catch(() => undefined))) ms.push(performance.now() - since);
    else unanswered += 1;
  }

  const asking = (async () => {
    while (!over) await Promise.all([ask(), pause(EVERY_MS)]);
  })();
  return async () => {
    const letIn = await Promise.race([person.connect(), pause(PATIENCE_MS)]).catch(() => undefined);
    over = true;
    await asking;
    person.leave();
    return { ms: ms.toSorted((a, b) => a - b), unanswered, letIn: letIn !== undefined };
  };
}
