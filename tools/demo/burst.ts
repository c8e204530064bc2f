/** Everybody writes at once while one of them is away for a part of it; afterwards all must have the same history. */
import { isDeepStrictEqual } from 'node:util';
import { history, send } from '#support/people.js';
import { Reader } from '#support/reader.js';
import type { Chat } from '#support/shapes.js';
import type { Actor } from './conversation.js';
import { progressBar } from './progress.js';

const EACH = 200;
const AT_ONCE = 8;

export interface BurstResult {
  readonly messages: number;
  readonly ackMs: readonly number[];
  readonly wallMs: number;
  /** `message:new` events that arrived live, over all readers. */
  readonly deliveries: number;
  /** Messages that the one who was away got from sync. */
  readonly healed: number;
  readonly same: boolean;
}

export async function burst(cast: readonly Actor[], chat: Chat, gateways: readonly string[]): Promise<BurstResult> {
  const readers = await Promise.all(cast.map(async ({ person }) => new Reader(await person.connect(), chat.id)));
  const away = cast.at(-1)!.person;
  const absent = new Reader(await away.connect(), chat.id);
  const bar = progressBar('messages acknowledged', cast.length * EACH);
  const started = performance.now();
  const ackMs: number[] = [];
  let back: Promise<Reader> | undefined;

  const write = async (reader: Reader, name: string) => {
    for (let count = 0; count < EACH; count += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, EACH - count) }, (_, place) => `${name} ${count + place}`);
      await Promise.all(
        batch.map(async text => {
          const sent = performance.now();
          await send(reader.live, chat.id, text);
          ackMs.push(performance.now() - sent);
          bar.step();
        }),
      );
      if (ackMs.length > EACH && absent.live.socket.connected) absent.live.close();
      // Comes back through the next gateway, with what it had before.
      if (ackMs.length > 2 * EACH) back ??= reconnect(absent, () => away.connect(gateways[0]));
    }
  };
  await Promise.all(readers.map((reader, place) => write(reader, cast[place]!.name)));
  const wallMs = performance.now() - started;
  bar.end();

  const returned = await (back ?? reconnect(absent, () => away.connect(gateways[0])));
  const healed = await returned.sync();
  for (const reader of readers) await reader.sync();
  const stored = await history(cast[0]!.person, chat.id);
  return {
    messages: ackMs.length,
    ackMs,
    wallMs,
    deliveries: [...readers, absent, returned].reduce((sum, { live }) => sum + live.heard('message:new').length, 0),
    healed,
    same: [...readers, returned].every(reader => isDeepStrictEqual(reader.messages, stored)),
  };
}

const reconnect = async (from: Reader, connect: () => Promise<Reader['live']>): Promise<Reader> =>
  new Reader(await connect(), from.chatId, from.messages);
