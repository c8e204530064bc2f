/** A part of the process that talks to the outside, and what readiness says of it. */

/**
 * What readiness says of a part, in words for an operator, without secrets. `down` cannot do its work; `degraded` does,
 * but something outside takes away from what it promises.
 *
 * @example
 * const state: PartState = { degraded: 'a policy at the broker drops what overflows' };
 */
export type PartState = 'up' | { readonly degraded: string } | { readonly down: string };

/**
 * A part of the process that talks to the outside. Parts connect in the background and for ever: start never fails.
 *
 * @example
 * const part: Part = { name: 'mail', state: () => 'up', close: async () => {} };
 */
export interface Part {
  readonly name: string;
  state(): PartState;
  /** Ends all connections. Idempotent. */
  close(): Promise<void>;
}
