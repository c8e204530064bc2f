/**
 * Connections that have not joined yet, counted by the network that they come from, so that one network's do not keep the
 * others out: beyond its share nobody more of it is let in, and where there is no room left the oldest of the network
 * that has the most makes room.
 */
import type { RawConnection } from './peer.js';
import type { Traffic } from './traffic.js';

export interface HalfOpenOptions {
  /** Default 1000: an office, or a carrier that has thousands behind one address, comes back in turns. */
  readonly mostOfNetwork?: number;
  /** Default 8000. */
  readonly most?: number;
  /** Who has not begun to join by then is not going to; default 10 000. */
  readonly beginWithinMs?: number;
}

/** A network that has no more than this makes room for nobody. */
const FEW = 100;

export class HalfOpen {
  private readonly networks = new Map<string, Map<RawConnection, Traffic>>();
  private count = 0;

  constructor(private readonly options: HalfOpenOptions) {}

  /** Whether one more of the network may open; for whom somebody else's may have been closed. */
  admits(network: string): boolean {
    const { mostOfNetwork = 1000, most = 8000 } = this.options;
    if (this.sizeOf(network) >= mostOfNetwork) return false;
    return this.count < most || this.makeRoom(network);
  }

  add(network: string, connection: RawConnection, traffic: Traffic): void {
    const theirs = this.networks.get(network) ?? new Map<RawConnection, Traffic>();
    this.networks.set(network, theirs.set(connection, traffic));
    this.count += 1;
  }

  /** It has joined, or gone. */
  remove(network: string, connection: RawConnection): void {
    const theirs = this.networks.get(network);
    if (!theirs?.delete(connection)) return;
    this.count -= 1;
    if (theirs.size === 0) this.networks.delete(network);
  }

  /** Closes the oldest of the network that has the most, unless it is this one, or has few. */
  makeRoom(network: string): boolean {
    let largest = network;
    for (const [each, { size }] of this.networks) if (size > this.sizeOf(largest)) largest = each;
    if (largest === network || this.sizeOf(largest) <= FEW) return false;
    const [oldest] = this.networks.get(largest)?.keys() ?? [];
    oldest?.close(true);
    return true;
  }

  closeLate(now: number): void {
    const { beginWithinMs = 10_000 } = this.options;
    for (const theirs of this.networks.values()) {
      for (const [connection, { joining, since }] of theirs) {
        if (!joining && now - since > beginWithinMs) connection.close(true);
      }
    }
  }

  private sizeOf(network: string): number {
    return this.networks.get(network)?.size ?? 0;
  }
}
