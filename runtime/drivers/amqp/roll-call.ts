/**
 * Who else consumes the same queues: each says so every so often, to all others, through an exchange that is there as
 * long as anybody listens. What it comes to is a hint, by which work is spread: nothing stops, and no order depends on it.
 */
import { randomBytes } from 'node:crypto';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Log } from '../../contract/function.js';
import { parseJson } from '../../json.js';
import { closeChannel, listening } from './channel.js';
import { type Supervised, supervise } from './supervise.js';

export interface RollCallOptions {
  /** Of the exchange; whoever names the same hears each other. */
  readonly name: string;
  /** Unique to the process. */
  readonly id: string;
  readonly link: Supervised<ChannelModel>;
  readonly log: Log;
  /** Somebody came, went, or took its place anew. */
  readonly onChange: () => void;
}

export interface RollCall {
  /** Says that one is there, and has taken its place anew: everybody else who has one is before oneself. */
  takePlace(): void;
  /** Those that are there, with how often each took its place; without oneself. */
  others(): ReadonlyMap<string, number>;
  /** Says that one is going. Idempotent. */
  leave(): Promise<void>;
}

const EVERY_MS = 2_000;
/** Counted in one's own beats: who stood still takes nobody else for gone. */
const MOST_MISSED = 3;
const MOST_MEMBERS = 1_000;
const MOST_BYTES = 1_000;

interface Member {
  readonly place: number;
  missed: number;
}

export function openRollCall({ name, id, link, log, onChange }: RollCallOptions): RollCall {
  const members = new Map<string, Member>();
  let place = 0;
  let leaving: Promise<void> | undefined;

  const supervised = supervise<Channel>({
    what: `roll call ${name}`,
    log,
    async open(broke) {
      const connection = await link.live();
      const channel = listening(await connection.createChannel(), broke);
      await channel.assertExchange(name, 'fanout', { durable: false, autoDelete: true });
      const { queue } = await channel.assertQueue(`${name}.${randomBytes(6).toString('hex')}`, {
        ...{ durable: false, exclusive: true, autoDelete: true },
        messageTtl: EVERY_MS * MOST_MISSED,
        maxLength: MOST_MEMBERS,
      });
      await channel.bindQueue(queue, name, '');
      await channel.consume(queue, hear, { noAck: true });
      say(channel);
      return channel;
    },
    close: closeChannel,
  });

  function say(channel = supervised.current(), gone = false): void {
    if (channel === undefined || place === 0) return;
    try {
      channel.publish(name, '', Buffer.from(JSON.stringify(gone ? { id, gone } : { id, place })));
    } catch (error) {
      log.debug({ name, err: error }, 'a roll call was not answered');
    }
  }

  function hear(message: ConsumeMessage | null): void {
    if (message === null) supervised.fail('the broker cancelled the consumer');
    const told = message === null ? undefined : heard(message);
    if (told === undefined || told.id === id) return;
    const known = members.get(told.id);
    if (told.place === undefined) {
      if (members.delete(told.id)) onChange();
      return;
    }
    if (known === undefined && members.size >= MOST_MEMBERS) return;
    members.set(told.id, { place: told.place, missed: 0 });
    // It has only just come: it knows of us at once.
    if (known === undefined) say();
    if (known?.place !== told.place) onChange();
  }

  const timer = setInterval(() => {
    if (supervised.current() === undefined) return;
    say();
    for (const member of members.values()) member.missed++;
    const lost = [...members].filter(([, { missed }]) => missed > MOST_MISSED);
    for (const [who] of lost) members.delete(who);
    if (lost.length > 0) onChange();
  }, EVERY_MS).unref();

  async function leave(): Promise<void> {
    clearInterval(timer);
    say(undefined, true);
    await supervised.stop();
  }

  return {
    takePlace() {
      place++;
      say();
    },
    others: () => new Map([...members].map(([who, member]) => [who, member.place])),
    leave() {
      leaving ??= leave();
      return leaving;
    },
  };
}

/** What a member says; undefined for what none would. */
function heard({ content }: ConsumeMessage): { readonly id: string; readonly place?: number } | undefined {
  if (content.length > MOST_BYTES) return undefined;
  try {
    const { id, place, gone } = Object(parseJson(content)) as Record<string, unknown>;
    if (typeof id !== 'string') return undefined;
    if (gone === true) return { id };
    return Number.isSafeInteger(place) ? { id, place: Number(place) } : undefined;
  } catch {
    return undefined;
  }
}
