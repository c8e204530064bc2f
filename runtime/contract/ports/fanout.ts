/** The port to the live connections of every gateway, and to whoever waits for a reply. */
import type { Emission } from '../outcome.js';
import type { Part } from './part.js';

/**
 * What the fan-out carries: an emission, or what a membership comes to (see `core/memberships.ts`), which is that every
 * connection in room `of` enters room `join`, or leaves room `leave`. Steps take effect in their order on each gateway.
 *
 * @example
 * const step: Step = { join: 'shop:tea', of: 'customer:ann' };
 */
export type Step =
  | Emission
  | { readonly join: string; readonly of: string }
  | { readonly leave: string; readonly of: string };

/**
 * Carries steps to the live connections of every gateway that they concern, and replies to the one process that waits for them.
 *
 * @example
 * const tell = (fanout: Fanout) => fanout.emit([{ send: 'order:placed', data: {}, to: ['customer:ann'] }]);
 */
export interface Fanout extends Part {
  /**
   * Resolves when the steps are handed over; with a `join`, `leave`, `close` or `refresh` among them, when every live
   * gateway has carried them out, and hears of the rooms that its connections came into. A `join` that cannot be handed
   * over never will be, and a refresh is pending instead. Never rejects for `send`s; rejects with Failure `unavailable` when a promise cannot be handed over, or too
   * many refreshes are pending. What is rejected is made up for by a refresh as soon as something can be handed over.
   */
  emit(steps: readonly Step[]): Promise<void>;
  /** Where replies to this process go; from now on it listens there. */
  address(): string;
  /** Sends replies, which are JSON, to the process of that address. Best effort: it may be gone, or the way to it. */
  reply(address: string, replies: readonly unknown[]): void;
  /** Has this process's replies handed over, one call at a time. */
  onReply(receive: (replies: readonly unknown[]) => void): void;
}

/** Whoever holds connections (a gateway) and carries out what others emit. */
export interface FanoutReceiver {
  /** Carries out the steps on this process's connections, in order, before it returns. */
  apply(steps: readonly Step[]): void;
}
