/** Sends events to the gateways that they concern, many at a time; in order for a room. */
import { type Audience, audience } from './audience.js';
import type { News } from './bus.js';
import type { Lane } from './lane.js';
import type { Leases } from './leases.js';
import { type SentEvent, writeEvents, writeShort } from './sent-events.js';
import { shardFor } from './shards.js';

export interface NewsOptions {
  /** What all gateways hear. */
  readonly control: Lane;
  /** What shards are divided among. */
  readonly lanes: readonly Lane[];
  readonly leases: Pick<Leases, 'live'>;
  /** How many gateways have to be there for events to go by shards. */
  readonly many: number;
  /** Is told what is lost. */
  readonly drop: (thrown: unknown, events: number) => void;
}

export function newsSender({ control, lanes, leases, many, drop }: NewsOptions): (news: readonly SentEvent[]) => void {
  const listening: Audience = audience(leases, many);
  const { channels } = control;

  function publish({ bus }: Lane, news: readonly News[], events: number): void {
    bus.publishNews(news).catch(thrown => drop(thrown, events));
  }

  return news => {
    if (!listening.byShards())
      return publish(control, [{ channel: channels.news, text: writeEvents(news) }], news.length);
    const byLane = new Map<Lane, Map<string, SentEvent[]>>();
    for (const event of news) {
      const shard = shardFor(event);
      const lane = shard === undefined ? control : (lanes[shard % lanes.length] as Lane);
      const channel = shard === undefined ? channels.news : lane.channels.shard(shard);
      const theirs = byLane.get(lane) ?? new Map<string, SentEvent[]>();
      byLane.set(lane, theirs);
      const together = theirs.get(channel);
      if (together) together.push(event);
      else theirs.set(channel, [event]);
    }
    for (const [lane, theirs] of byLane) {
      const written = [...theirs].map(([channel, events]) => {
        const write = channel === channels.news ? writeEvents : writeShort;
        return { channel, text: write(events) };
      });
      const count = [...theirs.values()].reduce((sum, events) => sum + events.length, 0);
      publish(lane, written, count);
    }
  };
}
