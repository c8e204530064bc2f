/**
 * The names of a lane's channels and keys, and which commands they go by: in a Redis Cluster those of sharded publishing,
 * which the master of the channels' one slot has for itself, so that its order is everybody's. Those of old would be taken
 * by every node, and passed on between them in no order.
 */
import type { ChainableCommander, Redis } from 'ioredis';

export interface Channels {
  readonly sharded: boolean;
  /** Begins all names; a hash tag where they are sharded. */
  readonly prefix: string;
  /** Where the adapter of the main namespace hears what servers say to each other. */
  readonly acts: string;
  /** Where all gateways hear what clients are to hear. */
  readonly news: string;
  /** Begins the names of channels of shards. */
  readonly shards: string;
  /** Where gateways hear what clients in the rooms of a shard are to hear. */
  shard(number: number): string;
  answersOf(process: string): string;
  publish(client: Redis, channel: string, text: string): Promise<unknown>;
  publishLater(pipeline: ChainableCommander, channel: string, text: string): void;
  /** Publishes before a moment by Redis's clock, in milliseconds, and not after it. Resolves with 1 when it has. */
  publishUntil(client: Redis, channel: string, text: string, until: number): Promise<unknown>;
  /** How a client hears, ceases to, and the event of it. */
  readonly hear: 'subscribe' | 'ssubscribe';
  readonly forget: 'unsubscribe' | 'sunsubscribe';
  readonly heard: 'messageBuffer' | 'smessageBuffer';
  /** What a server says to the others, as their adapters hear it. */
  envelope(name: string, message: unknown): object;
}

/** Of Socket.IO's adapters: a message of one server to the others, by the classic one's numbers and the sharded one's. */
const SERVER_SIDE_EMIT = { classic: 6, sharded: 9 };

const beforeOf = (until: string): string => `
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) >= tonumber(${until}) then return 0 end
`;
const PUBLISH_UNTIL = `${beforeOf('ARGV[3]')} redis.call('PUBLISH', ARGV[1], ARGV[2]) return 1`;
const SPUBLISH_UNTIL = `${beforeOf('ARGV[2]')} redis.call('SPUBLISH', KEYS[1], ARGV[1]) return 1`;

/** Numbered databases share their server's channels: `db` keeps those of shards apart. */
export function channelsOf(name: string, sharded: boolean, db = 0): Channels {
  const prefix = sharded ? `{${name}}` : name;
  const shards = `${prefix}${db === 0 ? '' : `@${db}`}:`;
  const names = {
    ...{ sharded, prefix, news: `${prefix}-news`, shards },
    shard: (number: number) => `${shards}${number.toString(36)}`,
    answersOf: (id: string) => `${prefix}-answers#${id}`,
  };
  if (sharded) {
    return {
      ...names,
      acts: `${prefix}#/#`,
      publish: (client, channel, text) => client.spublish(channel, text),
      publishLater: (pipeline, channel, text) => void pipeline.spublish(channel, text),
      publishUntil: (client, channel, text, until) => client.eval(SPUBLISH_UNTIL, 1, channel, text, until),
      hear: 'ssubscribe',
      forget: 'sunsubscribe',
      heard: 'smessageBuffer',
      envelope: (event, message) => ({
        ...{ uid: 'fanout', nsp: '/', type: SERVER_SIDE_EMIT.sharded },
        data: { packet: [event, message] },
      }),
    };
  }
  return {
    ...names,
    acts: `${prefix}-request#/#`,
    publish: (client, channel, text) => client.publish(channel, text),
    publishLater: (pipeline, channel, text) => void pipeline.publish(channel, text),
    publishUntil: (client, channel, text, until) => client.eval(PUBLISH_UNTIL, 0, channel, text, until),
    hear: 'subscribe',
    forget: 'unsubscribe',
    heard: 'messageBuffer',
    envelope: (event, message) => ({ uid: 'fanout', type: SERVER_SIDE_EMIT.classic, data: [event, message] }),
  };
}
