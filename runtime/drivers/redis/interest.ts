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
  /** How many rooms there are in each shard, where there are some. */
  const rooms = new Map<number, number>();
  /** When each shard that has none was heard of last; the longest ago first. */
  const idle = new Map<number, number>();
  const earOf = (shard: number): Ear => ears[shard % ears.length] as Ear;

  function rest(shard: number): void {
    idle.delete(shard);
    idle.set(shard, performance.now());
  }

  function hear(named: Iterable<string>): Promise<unknown> | undefined {
    const shards = [...named].map(shardOf);
    for (const shard of shards) if (!rooms.has(shard)) rest(shard);
    const byEar = groupBy(shards, earOf);
    const waits = [...byEar].flatMap(([ear, theirs]) => ear.hear(theirs) ?? []);
    return waits.length > 0 ? Promise.all(waits) : undefined;
  }

  const sweeping = setInterval(() => {
    const before = performance.now() - idleMs;
    for (const [shard, since] of idle) {
      if (since > before) return;
      idle.delete(shard);
      earOf(shard).forget([shard]);
    }
  }, sweepMs);
  sweeping.unref();

  return {
    hear,
    entered(room) {
      const shard = shardOf(room);
      rooms.set(shard, (rooms.get(shard) ?? 0) + 1);
      idle.delete(shard);
      void hear([room]);
    },
    left(room) {
      const shard = shardOf(room);
      const others = (rooms.get(shard) ?? 0) - 1;
      if (others > 0) rooms.set(shard, others);
      else {
        rooms.delete(shard);
        rest(shard);
      }
    },
    close: () => clearInterval(sweeping),
  };
}
