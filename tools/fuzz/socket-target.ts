/** Sends packets over raw WebSockets, one for each actor, and judges every acknowledgement and event that comes back. */
import { connect, type Socket } from 'node:net';
import { frame, frameReader } from '#support/websocket-wire.js';
import type { Attack } from './attack.js';
import { leakIn } from './markers.js';
import { type SocketInput, socketInput } from './socket-input.js';
import type { Actor } from './world.js';

const AT_ONCE = 48;
const ACK_WITHIN_MS = 15_000;
const CONNECT_WITHIN_MS = 15_000;
/** A rude packet waits for the others' answers and is the last of its connection. The server has this long to react. */
const RUDE_FOR_MS = 40;

export async function attackSockets(attack: Attack): Promise<void> {
  const { actors } = attack.world;
  await Promise.all(
    actors.map(async (actor, at) => {
      const numbers = attack.numbers(at, actors.length);
      let over = false;
      while (!over) over = await connection(attack, actor, numbers);
    }),
  );
}

interface Pending extends SocketInput {
  readonly number: number;
  readonly since: number;
}

/** Resolves when the connection has ended: with true when there are no more inputs. */
async function connection(attack: Attack, actor: Actor, numbers: Iterator<number, undefined>): Promise<boolean> {
  const { hostname, port } = new URL(actor.gateway);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const pending = new Map<number, Pending>();
  const opened = Date.now();
  const { liveToken: token } = actor;
  let state = 'shaking hands' as 'shaking hands' | 'open' | 'refused';
  let over = false;
  let held: Pending | undefined;
  let offended = false;
  let dismissed = false;

  const blame = (what: string, detail: string, input?: Pending): void =>
    attack.findings.add(
      what,
      detail,
      input && { target: 'socket', input: input.number, about: input.about, bytes: input.bytes },
    );
  const fill = (): void => {
    while (state === 'open' && !over && !held && pending.size < AT_ONCE) {
      const { value: number } = numbers.next();
      if (number === undefined) over = true;
      else take(number);
    }
    if (held && pending.size === 0) offend();
    if (over && pending.size === 0) setTimeout(() => socket.destroy(), RUDE_FOR_MS);
  };
  const take = (number: number): void => {
    const made = socketInput(attack.world, attack.random('socket', number), actor, number);
    const input = { ...made, number, since: Date.now() };
    if (input.rude) held = input;
    else send(input);
  };
  const send = (input: Pending): void => {
    attack.trace('>', input.bytes.toString('latin1'));
    socket.write(input.bytes);
    if (input.ack !== undefined) pending.set(input.ack, input);
    else attack.count('socket', input.rude ? 'rude' : 'no ack asked');
  };
  const offend = (): void => {
    if (offended || !held) return;
    offended = true;
    send(held);
    setTimeout(() => socket.resetAndDestroy(), RUDE_FOR_MS);
  };
  const hear = (text: string): void => {
    attack.trace('<', text);
    const kind = text.slice(0, 2);
    if (text === '2') socket.write(frame('3'));
    if (kind === '40' && state === 'shaking hands') state = 'open';
    else if (kind === '44' && state === 'shaking hands') {
      state = 'refused';
      socket.destroy();
    } else if (kind === '41') dismissed = true;
    else if (kind === '43') acknowledged(text);
    const leak = leakIn(text, actor);
    if (leak !== undefined) blame('leak', `${leak} told to ${actor.circle} ${actor.number}: ${text}`);
    fill();
  };
  const acknowledged = (text: string): void => {
    const number = Number(/^43(\d+)/.exec(text)?.[1]);
    const input = pending.get(number);
    if (!input) return;
    pending.delete(number);
    const code = /"code":"(\w+)"/.exec(text)?.[1];
    attack.count('socket', code ?? 'ok');
    if (code === 'internal') blame('acknowledged with internal', text, input);
  };

  const timer = setInterval(() => {
    const [oldest] = pending.values();
    if (oldest && Date.now() - oldest.since > ACK_WITHIN_MS) {
      blame('no acknowledgement', `within ${ACK_WITHIN_MS} ms`, oldest);
      socket.destroy();
    }
    if (state === 'shaking hands' && Date.now() - opened > CONNECT_WITHIN_MS) {
      blame('no handshake', `within ${CONNECT_WITHIN_MS} ms`);
      socket.destroy();
    }
    fill();
  }, 500);
  upgrade(socket, token, hear, pong => socket.write(pong));
  await new Promise(resolve => socket.once('close', resolve));
  clearInterval(timer);
  if (state === 'refused' && token === actor.liveToken) await attack.world.revive(actor, 'live');
  if (state === 'open' && !over && !offended && !dismissed)
    blame('the connection was lost', '', [...pending.values()][0]);
  for (const _ of pending) attack.count('socket', 'connection lost');
  return over;
}

function upgrade(socket: Socket, token: string, hear: (text: string) => void, pong: (frame: Buffer) => void): void {
  const reader = frameReader(hear, pong);
  let head = Buffer.alloc(0);
  let upgraded = false;
  socket.on('error', () => {});
  socket.on('data', bytes => {
    if (upgraded) return reader.read(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    upgraded = true;
    socket.write(frame(`40${JSON.stringify({ token })}`));
    reader.read(head.subarray(end + 4));
  });
  socket.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: fuzz\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
}
