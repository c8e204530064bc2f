/** One message for one of the queues: garbage, an event that is nearly good, or a batch of such. */
import type { Options } from 'amqplib';
import { messageSent } from '#functions/domain/events.js';
import { choicesOf } from './choices.js';
import { eventFor, PHYSICAL } from './events.js';
import { deep, longText } from './hostile.js';
import { encoded, hostileText, INVALID_UTF8, type Json, mutatedText } from './mutate.js';
import type { Random } from './random.js';
import type { World } from './world.js';

export interface QueueInput {
  readonly queue: string;
  readonly about: string;
  readonly bytes: Buffer;
  readonly properties: Options.Publish;
  /**
   * What must be found afterwards: it, whole, in the dead-letter queue (`dead`); each of these events there or, if it is
   * a good message after all, in the database (`tokens`). Receipts and presence that are good leave no trace.
   */
  readonly dead: boolean;
  readonly tokens: readonly string[];
}

/** The id of an event, and the client's id of its message: where it turns up, it tells which event it was. */
export const TOKEN = /fa22fa22-[0-9a-f]{4}-4000-8000-[0-9a-f]{12}/g;

const tokenOf = (input: number, at = 0): string =>
  `fa22fa22-${at.toString(16).padStart(4, '0')}-4000-8000-${input.toString(16).padStart(12, '0')}`;

type Make = (place: { type: string; world: World; random: Random; input: number }) => {
  bytes: Buffer;
  dead?: boolean;
  tokens?: readonly string[];
};

const good = (type: string, world: World, random: Random, token: string): { [name: string]: Json } => {
  const event = eventFor(type, choicesOf(world, random), token);
  const data = event.data as { [name: string]: Json };
  return { ...event, data: 'clientId' in data ? { ...data, clientId: token } : data };
};

const certain = (bytes: Buffer | string) => ({ bytes: Buffer.from(bytes as Buffer), dead: true });

const KINDS: Readonly<Record<string, Make>> = {
  'random bytes': ({ random }) => certain(Buffer.concat([Buffer.from([0xff]), random.bytes(random.int(300))])),
  nothing: () => certain(''),
  'what is no event': ({ random }) => certain(hostileText(random)),
  brackets: ({ random }) => certain(deep(random)),
  'a long text': ({ random }) => certain(JSON.stringify(longText(random))),
  'a good event': ({ type, world, random, input }) => ({
    bytes: Buffer.from(JSON.stringify(good(type, world, random, tokenOf(input)))),
    tokens: [tokenOf(input)],
  }),
  'an event with other data': ({ type, world, random, input }) => {
    const event = good(type, world, random, tokenOf(input));
    return { bytes: encoded(withData(event, mutatedText(event.data!, 1 + random.int(3), random)), random) };
  },
  'an event with another envelope': ({ type, world, random, input }) => {
    const { data, ...envelope } = good(type, world, random, tokenOf(input));
    const text = mutatedText(envelope, 1 + random.int(2), random);
    return { bytes: Buffer.from(text.endsWith('}') ? `${text.slice(0, -1)},"data":${JSON.stringify(data)}}` : text) };
  },
  'an event of another type': ({ type, world, random, input }) => {
    const other = random.pick(PHYSICAL.filter(([, each]) => each !== type))[1];
    return certain(JSON.stringify(good(other, world, random, tokenOf(input))));
  },
  'an event that is not UTF-8': ({ type, world, random, input }) => {
    const event = good(type, world, random, tokenOf(input));
    const text = JSON.stringify({ ...event, subject: '@@' });
    const [before = '', after = ''] = text.split('@@');
    return certain(Buffer.concat([Buffer.from(before), random.pick(INVALID_UTF8), Buffer.from(after)]));
  },
  'an event of unusual spelling': ({ type, world, random, input }) => {
    const event = JSON.stringify(good(type, world, random, tokenOf(input)));
    const more = random.pick([
      '"seq":1e400',
      '"seq":1.0e0,"seq":-0',
      '"chatId":"a","chatId":12345678901234567890',
      '"userId":7,"body":0.1e1',
    ]);
    return certain(event.replace(/"data":\{.*\}\}$/, `"data": {${more}} }`));
  },
  'a batch': ({ type, world, random, input }) => {
    const texts = Array.from({ length: 2 + random.int(20) }, (_, at) => {
      const event = good(type, world, random, tokenOf(input, at));
      return random.chance(0.5)
        ? JSON.stringify(event)
        : withData(event, random.pick(['7', 'null', '{}', '[]', deepClosed(random)]));
    });
    return { bytes: Buffer.from(`[${texts.join()}]`), tokens: texts.map((_, at) => tokenOf(input, at)) };
  },
  'a batch of batches': ({ type, world, random, input }) => {
    const inner = JSON.stringify(good(type, world, random, tokenOf(input)));
    return certain(
      random.pick([`[[${inner}]]`, `[[[${inner}],[]],[]]`, '[[]]', '[[],[[]]]', '[{}]', '[null]', '[1,2,3]']),
    );
  },
};

const withData = (event: object, data: string): string =>
  `${JSON.stringify({ ...event, data: undefined }).slice(0, -1)},"data":${data}}`;

const deepClosed = (random: Random): string => {
  const depth = random.chance(0.2) ? 20_000 : 100;
  return '['.repeat(depth) + ']'.repeat(depth);
};

const NAMES = Object.keys(KINDS);

export function queueInput(world: World, random: Random, input: number): QueueInput {
  const about = random.pick(NAMES);
  const [queue, type] = random.pick(PHYSICAL);
  const { bytes, dead, tokens } = KINDS[about]!({ type, world, random, input });
  const named = tokens ?? (bytes.includes(`"clientId":"${tokenOf(input)}"`) ? [tokenOf(input)] : []);
  return {
    queue,
    about: `${about} on ${queue}`,
    bytes,
    properties: {
      persistent: random.chance(0.8),
      ...(random.chance(0.8) && { contentType: random.pick(['application/cloudevents+json', 'text/plain', 'x']) }),
      ...(random.chance(0.05) && {
        replyTo: random.pick(['', 'nowhere', 'chat.messages.0', '\u0000', 'x'.repeat(200)]),
      }),
      ...(random.chance(0.05) && { headers: { 'x-reason': 'none', 'x-death': 7, a: { b: [random.next()] } } }),
    },
    dead: dead === true,
    tokens: !dead && type === messageSent.type ? named : [],
  };
}
