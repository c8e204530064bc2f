/** Sends HTTP requests over connections that stay open, several at a time on each, and judges every answer. */
import { connect, type Socket } from 'node:net';
import type { Attack } from './attack.js';
import { answerReader, type HttpAnswer } from './http-answers.js';
import { type HttpInput, httpInput } from './http-input.js';
import { leakIn } from './markers.js';

const LANES = 8;
const AT_ONCE = 8;
const ANSWER_WITHIN_MS = 15_000;

export async function attackHttp(attack: Attack): Promise<void> {
  const { gateways } = attack.deployment;
  await Promise.all(Array.from({ length: LANES }, (_, at) => lane(attack, new URL(gateways[at % 2]!), at)));
}

interface Pending extends HttpInput {
  readonly number: number;
  readonly since: number;
}

async function lane(attack: Attack, gateway: URL, at: number): Promise<void> {
  const numbers = attack.numbers(at, LANES);
  let over = false;
  while (!over) over = await connection(attack, gateway, numbers);
}

/** Resolves when the connection has ended: with true when there are no more inputs. */
async function connection(attack: Attack, { hostname, port }: URL, numbers: Iterator<number, undefined>) {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const pending: Pending[] = [];
  let over = false;
  let last = false;

  const fill = (): void => {
    while (!over && !last && pending.length < AT_ONCE) {
      const { value: number } = numbers.next();
      if (number === undefined) over = true;
      else send(number);
    }
    if (over && pending.length === 0) socket.end();
  };
  const send = (number: number): void => {
    const input = httpInput(attack.world, attack.random('http', number));
    pending.push({ ...input, number, since: Date.now() });
    attack.trace('>', input.bytes.toString('latin1'));
    socket.write(input.bytes);
  };
  const reader = answerReader(
    () => pending[0]?.method,
    answer => {
      const input = pending.shift();
      if (!input) return blame(attack, 'an answer that nobody asked for', answer.head);
      last ||= answer.last;
      judge(attack, input, answer);
    },
  );
  socket.on('data', bytes => {
    try {
      reader.read(bytes);
      fill();
    } catch (error) {
      blame(attack, 'an answer that is no HTTP', String(error), pending[0]);
      socket.destroy();
    }
  });
  socket.on('connect', fill);
  const stopWatching = watch(socket, () => {
    const [oldest] = pending;
    if (!oldest || Date.now() - oldest.since < ANSWER_WITHIN_MS) return;
    blame(attack, 'no answer', `within ${ANSWER_WITHIN_MS} ms`, oldest);
    socket.destroy();
  });
  await ended(socket);
  stopWatching();
  // Behind an answer that closes the connection, what was sent is not read any more.
  if (pending.length > 0 && !last) blame(attack, 'the connection was closed instead of an answer', '', pending[0]);
  return over;
}

function judge(attack: Attack, input: Pending, { status, head, body }: HttpAnswer): void {
  const { actor, token, shut, namesPeople } = input;
  attack.trace('<', `${head}\n\n${body}`);
  attack.count('http', `${status}`);
  if (status >= 500 && status !== 503) blame(attack, `HTTP ${status}`, `${head}\n${body}`, input);
  if (shut && status < 400) blame(attack, 'let in', `${head}\n${body}`, input);
  const leak = leakIn(head + body, shut ? undefined : actor, namesPeople ? 'names may be told' : 'no names');
  if (leak !== undefined) blame(attack, 'leak', `${leak} told to ${actor.circle} ${actor.number}: ${body}`, input);
  if (status === 401 && token !== undefined && token === actor.token) void attack.world.revive(actor, 'request');
}

function blame({ findings }: Attack, what: string, detail: string, input?: Pending): void {
  findings.add(what, detail, input && { target: 'http', input: input.number, about: input.about, bytes: input.bytes });
}

function watch(socket: Socket, look: () => void): () => void {
  const timer = setInterval(look, 500);
  socket.on('close', () => clearInterval(timer));
  return () => clearInterval(timer);
}

const ended = (socket: Socket): Promise<unknown> => {
  socket.on('error', () => {});
  return new Promise(resolve => socket.once('close', resolve));
};
