/**
 * Of which shards a gateway hears: those of the rooms that somebody on it is in, and for some seconds after the last one
 * has left, since people come back.
 */
import { groupBy } from '../../group-by.js';
import type { Interest } from '../socketio/gateway-fanout.js';
import type { Ear } from './ear.js';
import { shardOf } from './shards.js';

export interface RedisInterest extends Interest {
  close(): void;
}

export interface InterestTimes {
  /** How long a shard is heard after its last room has gone. */
  readonly idleMs: number;
  readonly sweepMs: number;
}

const TIMES: InterestTimes = { idleMs: 10_000, sweepMs: 2_500 };

/** A shard's ear is the one at its number, modulo how many there are. */
export function redisInterest(ears: readonly Ear[], { idleMs, sweepMs }: InterestTimes = TIMES): RedisInterest {
  const shards = new Map<number, { rooms: number; usedAt: number }>();
  const earOf = (shard: number): Ear => ears[shard % ears.length] as Ear;

  function use(shard: number, rooms: number): void {
    const used = shards.get(shard) ?? { rooms: 0, usedAt: 0 };
    used.rooms += rooms;
    used.usedAt = performance.now();
    shards.set(shard, used);
  }

  function hear(rooms: Iterable<string>): Promise<unknown> | undefined {
    const named = [...rooms].map(shardOf);
    for (const shard of named) use(shard, 0);
    const byEar = groupBy(named, earOf);
    const waits = [...byEar].flatMap(([ear, theirs]) => ear.hear(theirs) ?? []);
    return waits.length > 0 ? Promise.all(waits) : undefined;
  }

  const sweeping = setInterval(() => {
    const before = performance.now() - idleMs;
    for (const [shard, { rooms, usedAt }] of shards) {
      if (rooms > 0 || usedAt > before) continue;
      shards.delete(shard);
      earOf(shard).forget([shard]);
    }
  }, sweepMs);
  sweeping.unref();

  return {
    hear,
    entered(room) {
      use(shardOf(room), 1);
      void hear([room]);
    },
    left: room => use(shardOf(room), -1),
    close: () => clearInterval(sweeping),
  };
}
