/**
 * Packets of Engine.IO (4) and Socket.IO (5) made by their grammar: valid ones, ones that are cut short or changed in a
 * place, and valid ones where they do not belong. A packet is a text, or bytes that follow one as its attachment.
 */
import { deep, NAMES, TEXTS } from './hostile.js';
import type { Random } from './random.js';

export type Packet = string | Buffer;

/** Open, close, ping, pong, message, upgrade, noop; the rest are none. Mostly messages. */
const ENGINE_TYPES = ['0', '1', '2', '3', '5', '6', '7', 'b', ''];
/** Connect, disconnect, event, acknowledgement, connect error, event and acknowledgement with bytes; the rest are none. */
const SOCKET_TYPES = ['0', '1', '2', '3', '4', '5', '6', '7', '9', '-', ''];
const NAMESPACES = [
  '',
  '',
  '',
  '',
  '',
  '',
  '/,',
  '/',
  '/admin,',
  '/admin',
  '/__proto__,',
  '/a?b=c,',
  '//,',
  '/\u0000,',
];
const NUMBERS = ['', '0', '1', '7', '42', '007', '99999999999999999999', '1e3', '-1', '1.5', ' ', '٣'];
const ATTACHMENTS = ['', '1-', '1-', '2-', '3-', '0-', '10-', '11-', '-', '1', '1e1-', '-1-', '1.5-', '99999999999-'];
const EVENTS = ['message:send', 'message:read', 'message:delivered', 'typing', 'presence:get', 'sync', 'auth:renew'];
const RESERVED = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener', 'error'];
const PAYLOADS: readonly string[] = [
  ...['', '[]', '{}', 'null', '""', '"x"', '0', '[', '{', '[null]', '[{}]', '[[]]', '[0]', '[0,{}]', '["x"]'],
  ...[
    '{"token":""}',
    '{"token":7}',
    '{"token":{}}',
    '{"__proto__":{"token":"x"}}',
    '{"sid":"x","pid":"y","offset":"z"}',
  ],
];

/** `token` is good, for handshakes that may succeed. Attachments, mostly as many as are announced, come behind their packet. */
export function packets(random: Random, token: string): Packet[] {
  const engine = random.chance(0.96) ? '4' : random.pick(ENGINE_TYPES);
  if (engine !== '4') return [mutated(engine + random.pick(['', '', 'probe', 'x', '{}', ...TEXTS]), random)];
  if (random.chance(0.03)) return [random.bytes(random.int(60))];
  const type = random.chance(0.5) ? '2' : random.pick(SOCKET_TYPES);
  const binary = type === '5' || type === '6' || random.chance(0.01);
  const attachments = binary ? random.pick(ATTACHMENTS) : '';
  const text = `4${type}${attachments}${random.pick(NAMESPACES)}${random.pick(NUMBERS)}${payload(type, random, token)}`;
  return [mutated(text, random), ...follow(Number.parseInt(attachments, 10) || 0, random)];
}

function payload(type: string, random: Random, token: string): string {
  if (random.chance(0.15)) return random.pick(PAYLOADS);
  if (type === '0' && random.chance(0.6)) return JSON.stringify({ token });
  if (type === '3' || type === '6') return JSON.stringify([random.pick([...TEXTS, {}, null, placeholder(random)])]);
  if (random.chance(0.01)) return `["sync",${deep(random)}]`;
  return `[${[name(random), ...Array.from({ length: random.pick([0, 1, 1, 1, 1, 2, 5]) }, () => argument(random))]}]`;
}

function name(random: Random): string {
  const draw = random.next();
  if (draw < 0.75) return JSON.stringify(random.pick(EVENTS));
  if (draw < 0.85) return JSON.stringify(random.pick(RESERVED));
  return draw < 0.95
    ? JSON.stringify(random.pick([...NAMES, ...TEXTS]))
    : random.pick(['0', '1e9', 'null', '{}', '[]']);
}

function argument(random: Random): string {
  const draw = random.next();
  if (draw < 0.3) return '{}';
  if (draw < 0.5) return JSON.stringify({ chatId: random.pick(TEXTS), seq: random.int(9), active: true, cursors: {} });
  if (draw < 0.7) return JSON.stringify(placeholder(random));
  if (draw < 0.85) return JSON.stringify({ userIds: [placeholder(random)], [random.pick(NAMES)]: random.pick(TEXTS) });
  return random.pick(['null', '7', '"x"', '[]', '{"a":', '[[[]]]', '{"_placeholder":1}']);
}

const placeholder = (random: Random): object => ({
  _placeholder: true,
  num: random.pick<unknown>([0, 0, 0, 1, 2, 9, -1, 0.5, '0', '__proto__', null, 1e21]),
});

function follow(announced: number, random: Random): Packet[] {
  const draw = random.next();
  const count = draw < 0.7 ? Math.min(announced, 12) : draw < 0.85 ? 0 : Math.min(announced + 1, 12);
  return Array.from({ length: count }, () => (random.chance(0.95) ? random.bytes(random.int(40)) : '42["x"]'));
}

/** As it is, mostly; else without its end, or with a character left out, doubled or replaced. */
function mutated(text: string, random: Random): string {
  if (random.chance(0.93)) return text;
  const at = random.int(text.length + 1);
  switch (random.int(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + random.pick(TEXTS) + text.slice(at);
    default:
      return (
        text.slice(0, at) + String.fromCharCode(random.int(random.chance(0.8) ? 128 : 65_536)) + text.slice(at + 1)
      );
  }
}
