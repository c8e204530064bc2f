/**
 * Throws packets at the gateway over WebSockets, polling, and from one to the other, joined and not. What they are
 * answered with is not judged, they may all cost their connection: the process has to stay, and whoever talks beside them
 * must not notice.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { BINARY, frame, frameReader } from '#support/websocket-wire.js';
import type { Attack } from './attack.js';
import { type Packet, packets } from './packet-grammar.js';
import type { Random } from './random.js';
import type { Actor } from './world.js';

const LANES = 24;
/** Inputs over one connection, at most: most of them end it earlier. */
const OVER_ONE = 128;
/** For the server to take what came before the connection is left. */
const LEFT_AFTER_MS = 2_000;
const UNFINISHED_FOR_MS = 30;
const PATH = '/socket.io/?EIO=4&transport=';
const SEPARATOR = '\x1e';

interface Input {
  readonly number: number;
  readonly random: Random;
  readonly packets: readonly Packet[];
}

export async function attackWithPackets(attack: Attack): Promise<void> {
  const { actors } = attack.world;
  const lane = async (at: number): Promise<void> => {
    const numbers = attack.numbers(at, LANES);
    const actor = actors[at % actors.length] as Actor;
    for (;;) {
      const inputs = taken(attack, actor, numbers);
      const [first] = inputs;
      if (!first) return;
      for (const { packets } of inputs) for (const packet of packets) attack.trace('>', packet.toString('latin1'));
      const over = first.random.pick(['websocket', 'websocket', 'websocket', 'polling', 'upgraded'] as const);
      await WAYS[over](actor, inputs);
      for (const _ of inputs) attack.count('packets', over);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, at) => lane(at)));
}

function taken(attack: Attack, actor: Actor, numbers: Iterator<number, undefined>): Input[] {
  const inputs: Input[] = [];
  while (inputs.length < OVER_ONE) {
    const { value: number } = numbers.next();
    if (number === undefined) break;
    const random = attack.random('packets', number);
    inputs.push({ number, random, packets: packets(random, actor.liveToken) });
  }
  return inputs;
}

type Way = (actor: Actor, inputs: readonly Input[]) => Promise<void>;

const WAYS: Readonly<Record<'websocket' | 'polling' | 'upgraded', Way>> = {
  websocket: async ({ gateway, liveToken }, inputs) => {
    const web = await open(gateway, `${PATH}websocket`);
    if (inputs[0]?.random.chance(0.7)) web.write(frame(`40${JSON.stringify({ token: liveToken })}`));
    await thrown(web, inputs);
  },

  polling: async (actor, inputs) => {
    const { agent, sid } = await handshake(actor.gateway);
    const path = `${PATH}polling&sid=${sid}`;
    const listen = () => ask(agent, actor.gateway, 'GET', path).then(() => {});
    if (inputs[0]?.random.chance(0.7)) {
      await ask(agent, actor.gateway, 'POST', path, `40${JSON.stringify({ token: actor.liveToken })}`);
    }
    const listening = listen();
    for (let at = 0; at < inputs.length; ) {
      const { random } = inputs[at] as Input;
      const some = inputs.slice(at, at + 1 + random.int(16));
      at += some.length;
      const body = some.flatMap(({ packets }) => packets.map(asText)).join(random.chance(0.97) ? SEPARATOR : '\n');
      const method = random.chance(0.97) ? 'POST' : random.pick(['GET', 'PUT', 'DELETE', 'OPTIONS']);
      const query = random.chance(0.97) ? path : random.pick(ODD_QUERIES);
      await ask(agent, actor.gateway, method, query, body, random.chance(0.03) ? body.length + 40 : undefined);
    }
    agent.destroy();
    await listening;
  },

  upgraded: async ({ gateway, liveToken }, inputs) => {
    const { agent, sid } = await handshake(gateway);
    const web = await open(gateway, `${PATH}websocket&sid=${sid}`);
    const random = inputs[0]?.random as Random;
    web.write(frame(random.chance(0.9) ? '2probe' : random.pick(['2', '3probe', '40{}', '5'])));
    const polled = ask(agent, gateway, 'GET', `${PATH}polling&sid=${sid}`);
    if (random.chance(0.5)) await polled;
    if (random.chance(0.9)) web.write(frame('5'));
    web.write(frame(`40${JSON.stringify({ token: liveToken })}`));
    await thrown(web, inputs);
    agent.destroy();
  },
};

const ODD_QUERIES = [
  '/socket.io/?EIO=3&transport=polling',
  '/socket.io/?EIO=4&transport=polling&sid=nobody',
  '/socket.io/?EIO=4&transport=polling&sid=__proto__',
  '/socket.io/?transport=webtransport&EIO=4',
  '/socket.io/?EIO=4&transport=websocket',
  '/socket.io/?EIO=4&EIO=4&transport=polling&transport=x',
  '/socket.io/',
  '/socket.io',
];

/** As polling has bytes: in base64, which may be none. */
const asText = (packet: Packet): string => (typeof packet === 'string' ? packet : `b${packet.toString('base64')}`);

/** Whoever is still connected in the end is told to go by its disconnect packet, unless its last packet stays unfinished. */
async function thrown(web: Socket, inputs: readonly Input[]): Promise<void> {
  const bytes = Buffer.concat(inputs.flatMap(({ packets, random }) => packets.map(packet => framed(packet, random))));
  const last = inputs.at(-1)?.random as Random;
  if (last.chance(0.9)) {
    web.write(Buffer.concat([bytes, frame('41')]));
    return ended(web, LEFT_AFTER_MS);
  }
  web.write(bytes.subarray(0, last.int(bytes.length)));
  return ended(web, UNFINISHED_FOR_MS);
}

function framed(packet: Packet, random: Random): Buffer {
  const opcode = (typeof packet === 'string') === random.chance(0.99) ? undefined : BINARY;
  if (random.chance(0.98)) return frame(packet, { ...(opcode && { opcode }) });
  const bytes = Buffer.from(packet as Buffer);
  const at = random.int(bytes.length + 1);
  const rest = frame(bytes.subarray(at), { first: random.pick([0x80, 0x80, 0x80, 0x81, 0x00, 0x89]) });
  return Buffer.concat([frame(bytes.subarray(0, at), { first: random.pick([0x01, 0x01, 0x02]) }), rest]);
}

async function open(gateway: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(gateway);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true }).on('error', () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: fuzz\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await new Promise<void>(resolve => socket.once('data', () => resolve()).once('close', () => resolve()));
  const reader = frameReader(
    () => {},
    pong => socket.write(pong),
    () => socket.destroy(),
  );
  socket.on('data', bytes => reader.read(bytes));
  return socket;
}

async function ended(socket: Socket, withinMs: number): Promise<void> {
  const late = setTimeout(() => socket.resetAndDestroy(), withinMs);
  await new Promise<void>(resolve => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));
  clearTimeout(late);
}

async function handshake(gateway: string): Promise<{ agent: Agent; sid: string }> {
  const agent = new Agent({ keepAlive: true });
  const text = await ask(agent, gateway, 'GET', `${PATH}polling`);
  return { agent, sid: /"sid":"([^"]+)"/.exec(text)?.[1] ?? '' };
}

/** The answer's body, or nothing: a request that is not answered in time is given up. `said` is its length, if another. */
function ask(
  agent: Agent,
  gateway: string,
  method: string,
  path: string,
  body?: string,
  said?: number,
): Promise<string> {
  return new Promise(resolve => {
    const length = said ?? (body === undefined ? undefined : Buffer.byteLength(body));
    const headers = length === undefined ? {} : { 'content-length': length };
    const sent = request(new URL(path, gateway), { agent, method, headers, timeout: LEFT_AFTER_MS });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(''));
    sent.on('response', (answer: IncomingMessage) => {
      let text = '';
      answer.on('data', bytes => (text += bytes));
      answer.on('close', () => resolve(text));
    });
    sent.end(body);
  });
}
