/**
 * A bound in bytes on what all connections hold together. Whoever holds the most gives way when it is too much, so that
 * nobody takes from the others. Adding is cheap: the sum is only taken again when as much as there is room for was added.
 */
import type { RawConnection } from './peer.js';
import type { Traffic } from './traffic.js';

export interface ShareOptions {
  readonly most: number;
  readonly connections: ReadonlyMap<RawConnection, Traffic>;
  readonly held: (traffic: Traffic) => number;
  readonly cut: (connection: RawConnection) => void;
}

interface Holding {
  readonly connection: RawConnection;
  readonly bytes: number;
}

/** To be told of bytes that a connection holds more. Cuts off, once the caller is through, who has to give way. */
export function share({ most, connections, held, cut }: ShareOptions): (bytes: number) => void {
  let atMost = 0;
  let due = false;

  function settle(): void {
    due = false;
    const owners = new Map<string, Holding[]>();
    for (const [connection, traffic] of connections) {
      const bytes = held(traffic);
      if (bytes === 0) continue;
      const theirs = owners.get(traffic.owner) ?? [];
      owners.set(traffic.owner, theirs);
      theirs.push({ connection, bytes });
    }
    const bySum = [...owners.values()].sort((a, b) => sumOf(b) - sumOf(a));
    atMost = sumOf(bySum.flat());
    for (const { connection, bytes } of bySum.flatMap(theirs => theirs.sort((a, b) => b.bytes - a.bytes))) {
      if (atMost <= most) return;
      cut(connection);
      atMost -= bytes;
    }
  }

  return bytes => {
    atMost += bytes;
    if (atMost <= most || due) return;
    due = true;
    queueMicrotask(settle);
  };
}

const sumOf = (holdings: readonly Holding[]): number => holdings.reduce((sum, { bytes }) => sum + bytes, 0);
