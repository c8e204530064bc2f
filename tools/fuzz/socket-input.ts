/** One packet of Socket.IO over a WebSocket: mostly an event that is nearly good, sometimes what no client would send. */
import { isUtf8 } from 'node:buffer';
import { BINARY, CLOSE, frame } from '#support/websocket-wire.js';
import { choicesOf } from './choices.js';
import { PAYLOADS } from './events.js';
import { deep, longText, NAMES, TEXTS } from './hostile.js';
import { encoded, hostileText, type Json, mutatedText } from './mutate.js';
import type { Random } from './random.js';
import { forged } from './tokens.js';
import type { Actor, World } from './world.js';

export interface SocketInput {
  readonly about: string;
  readonly bytes: Buffer;
  /** The number under which it must be acknowledged. */
  readonly ack: number | undefined;
  /** May cost the connection. */
  readonly rude: boolean;
}

const EVENTS = Object.keys(PAYLOADS);
/** Socket.IO takes these for a broken packet. */
const RESERVED = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];

export function socketInput(world: World, random: Random, actor: Actor, number: number): SocketInput {
  if (random.chance(0.006)) return rudeInput(world, random, actor);
  const event = random.pick(EVENTS);
  const good = PAYLOADS[event]!(choicesOf(world, random, actor));
  if (random.chance(0.04)) return binaryInput(event, good, random, number);
  const asked = random.chance(0.85);
  for (;;) {
    const args = argumentsOf(event, good, random);
    const bytes = encoded(args, random);
    const sound = isSound(bytes);
    if (!sound && random.chance(0.985)) continue;
    const packet = Buffer.concat([Buffer.from(`42${asked ? number : ''}`), bytes]);
    return { about: event, bytes: frame(packet), ack: asked && sound ? number : undefined, rude: !sound };
  }
}

function argumentsOf(event: string, good: Json, random: Random): string {
  const name = random.chance(0.93)
    ? JSON.stringify(event)
    : random.chance(0.5)
      ? JSON.stringify(random.pick([...NAMES, ...TEXTS, 'message:new', 'server:draining', event.toUpperCase()]))
      : hostileText(random);
  const payload = mutatedText(good, random.pick([0, 1, 1, 1, 2, 3, 6]), random);
  switch (random.int(30)) {
    case 0:
      return `[${name}]`;
    case 1:
      return `[${name},${payload},${hostileText(random)}]`;
    case 2:
      return `[${name},${hostileText(random)}]`;
    default:
      return `[${name},${payload}]`;
  }
}

/** Whether Socket.IO must take it for an event. */
function isSound(bytes: Buffer): boolean {
  if (bytes.length > 900_000 || !isUtf8(bytes)) return false;
  try {
    const [name] = JSON.parse(bytes.toString()) as unknown[];
    return typeof name === 'number' || (typeof name === 'string' && !RESERVED.includes(name));
  } catch {
    return false;
  }
}

/** A payload, a part of which is sent as bytes behind it. */
function binaryInput(event: string, good: Json, random: Random, number: number): SocketInput {
  const members = Object.entries(good as object);
  const at = random.int(members.length);
  const count = 1 + random.int(3);
  const placeholder = (num: number) => ({ _placeholder: true, num });
  members[at] = [
    members[at]![0],
    count === 1 ? placeholder(0) : Array.from({ length: count }, (_, num) => placeholder(num)),
  ];
  const text = `45${count}-${number}${JSON.stringify([event, Object.fromEntries(members)])}`;
  const attachments = Array.from({ length: count }, () => frame(random.bytes(random.int(100)), { opcode: BINARY }));
  return {
    about: `${event} with bytes`,
    bytes: Buffer.concat([frame(text), ...attachments]),
    ack: number,
    rude: false,
  };
}

type Rude = (random: Random, token: string) => Buffer;

const text =
  (...texts: readonly string[]): Rude =>
  random =>
    frame(random.pick(texts));

const RUDE: Readonly<Record<string, Rude>> = {
  'a packet of no type': text('', '4', '49', '4x', '7', '9', 'x', '\u0000', '6', '5', '1', '0', '2probe', '3'),
  'an event of no form': text(
    '42',
    '42{}',
    '42"x"',
    '42null',
    '42[]',
    '42[null]',
    '42[{}]',
    '420',
    '42[',
    '42["connect"]',
  ),
  'an acknowledgement that nobody asked for': text('430[]', '431["x"]', '43999999999999[1]', '43', '43-1[]', '46[]'),
  'an event with a huge number': text('4299999999999999999999999["sync",{}]', '4200000001["sync",{}]', '42-1["x"]'),
  'placeholders without bytes': text(
    '451-["x",{"_placeholder":true,"num":9}]',
    '45-["x"]',
    '459999999-["x"]',
    '450-1["x"]',
    '451-1["x",{"_placeholder":true,"num":"__proto__"}]',
  ),
  'bytes without a packet': random => frame(random.bytes(random.int(300)), { opcode: BINARY }),
  'another namespace': text(
    '40/admin,',
    '42/admin,["x"]',
    '40/__proto__,{}',
    '41/admin,',
    '40/,{}',
    '40//',
    '40/a?b=c,{"token":1}',
  ),
  'a second handshake': (random, token) =>
    frame(`40${random.pick([JSON.stringify({ token }), '{}', '', 'null', '[]', '7'])}`),
  'a disconnect packet': text('41', '1'),
  'deep brackets': random => frame(`42${random.int(9)}["sync",${deep(random)}]`),
  'deep brackets with bytes': random =>
    Buffer.concat([frame(`451-${random.int(9)}["sync",${deep(random)}]`), frame(random.bytes(3), { opcode: BINARY })]),
  'a long text': random => frame(`42["sync","${longText(random).replace(/["\\]/g, 'x')}"]`),
  'more than is taken': () => frame('x'.repeat(1_100_000)),
  'a frame without mask': () => frame('42["sync",{}]', { masked: false }),
  'a frame of no kind': random => frame('x', { first: random.int(256) }),
  'an endless frame': random => frame('x', { said: random.pick([2 ** 32, 2 ** 53, 100_000]) }),
  'a fragment': random =>
    Buffer.concat([frame('42["sy', { first: 1 }), frame('nc",{}]', { first: random.pick([0x80, 0x81, 0]) })]),
  'a long control frame': () => frame('x'.repeat(200), { opcode: 9 }),
  'a goodbye with a wrong code': random => frame(random.bytes(random.int(5)), { opcode: CLOSE }),
  'what is not UTF-8': random =>
    frame(Buffer.concat([Buffer.from('42["sync",{"a":"'), random.bytes(9), Buffer.from('"}]')])),
  'many packets at once': () =>
    Buffer.concat(Array.from({ length: 200 }, () => frame('42["presence:get",{"userIds":[]}]'))),
};

const KINDS = Object.keys(RUDE);

function rudeInput(world: World, random: Random, actor: Actor): SocketInput {
  const about = random.pick(KINDS);
  const token = random.chance(0.5) ? actor.liveToken : forged(actor, world, random);
  return { about, bytes: RUDE[about]!(random, token), ack: undefined, rude: true };
}
