/** Pauses between attempts at what will be possible again: connections, deliveries, questions that were refused for now. */

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * The pause after `attempt` attempts before the last one (0, 1, 2, …): it doubles each time up to `mostMs`, and is cut by
 * up to a half at random, so that those who failed together do not come back together.
 */
export const backoffMs = (attempt: number, { firstMs, mostMs }: Backoff): number =>
  Math.min(mostMs, firstMs * 2 ** attempt) * (0.5 + Math.random() / 2);
