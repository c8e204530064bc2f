/** The port to who is connected. */
import type { Part } from './part.js';

/**
 * Who is connected, over all gateways. Entries of a gateway live as long as its lease, which it renews.
 *
 * @example
 * const isThere = async (presence: Presence) => (await presence.online(['ann'])).has('ann');
 */
export interface Presence extends Part {
  /** Idempotent. `first` is true when the user had no live connection before. */
  connect(userId: string, connectionId: string): Promise<{ readonly first: boolean }>;
  /** Idempotent. `last` is true when the user has no live connection left. */
  disconnect(userId: string, connectionId: string): Promise<{ readonly last: boolean }>;
  /** The ones among the users that have a connection whose gateway's lease has not lapsed. */
  online(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Users who are not what people were told last: their connections lapsed with their gateway's lease, or are back
   * after that. Named until they are told of, and that is said with `forget`.
   */
  lapsed(): Promise<readonly string[]>;
  /** These users were told of: drops their lapsed connections. */
  forget(userIds: readonly string[]): Promise<void>;
}

/** A gateway that does not renew for this long is dead, and its users go offline. */
export const PRESENCE_LEASE_MS = 30_000;
