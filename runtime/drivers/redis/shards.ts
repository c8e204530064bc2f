/**
 * Divides rooms among shards by hash. Each shard has a channel, so that a gateway hears of the rooms that its connections
 * are in, and of few others: with `r` rooms on it, of one in `SHARDS / r`. The number bounds how much a gateway subscribes
 * to. In a Redis Cluster shards are divided among lanes, each with a hash tag and thereby one master.
 */
import { crc32 } from 'node:zlib';
import type { SentEvent } from './sent-events.js';

/** The same in all processes that run side by side. */
const SHARDS = 65_536;

/** Hash tags `{fanout.N}` of these numbers lie in each twelfth of a cluster's slots, so that masters have equal shares. */
export const LANES: readonly number[] = [55, 11, 0, 54, 10, 1, 53, 13, 2, 56, 12, 3];

export const shardOf = (room: string): number => crc32(room) % SHARDS;

/** The shard of everybody who is to hear it; undefined where they are in several, and all gateways are to hear it. */
export function shardFor({ to, within }: Pick<SentEvent, 'to' | 'within'>): number | undefined {
  if (within !== undefined) return shardOf(within);
  const [first, ...others] = to;
  if (first === undefined) return undefined;
  const shard = shardOf(first);
  return others.every(room => shardOf(room) === shard) ? shard : undefined;
}
