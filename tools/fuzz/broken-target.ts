/** Sends what is no HTTP, each over a connection of its own. The server may answer with a refusal or hang up. */
import { connect } from 'node:net';
import type { Attack } from './attack.js';
import { type BrokenInput, brokenInput } from './http-broken.js';
import { leakIn } from './markers.js';

const LANES = 8;
/** How long a connection may stay without the server closing it. */
const PATIENCE_MS = 300;
/** How long the answer to what has to be answered may take. */
const ANSWER_WITHIN_MS = 15_000;

export async function attackFraming(attack: Attack): Promise<void> {
  const { gateways } = attack.deployment;
  await Promise.all(
    Array.from({ length: LANES }, async (_, at) => {
      const numbers = attack.numbers(at, LANES);
      for (let next = numbers.next(); !next.done; next = numbers.next()) {
        const input = brokenInput(attack.world, attack.random('broken', next.value));
        attack.trace('>', input.bytes.toString('latin1'));
        const heard = await exchange(new URL(gateways[at % 2]!), input);
        attack.trace('<', heard);
        judge(attack, next.value, input, heard);
      }
    }),
  );
}

/** What was answered until the server hung up or patience ended; nothing to who goes away at once, by a reset. */
function exchange({ hostname, port }: URL, { bytes, cut, whole }: BrokenInput): Promise<string> {
  return new Promise(resolve => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let heard = '';
    const timer = setTimeout(() => socket.destroy(), whole && !cut ? ANSWER_WITHIN_MS : PATIENCE_MS);
    socket.on('error', () => {});
    socket.on('connect', () => socket.write(bytes, () => cut && socket.resetAndDestroy()));
    socket.on('data', data => {
      heard += data.toString('latin1');
      if (whole) setTimeout(() => socket.destroy(), PATIENCE_MS);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(heard);
    });
  });
}

function judge(
  { findings, count }: Attack,
  number: number,
  { about, bytes, cut, whole }: BrokenInput,
  heard: string,
): void {
  const suspect = { target: 'broken', input: number, about, bytes };
  const status = /^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1];
  count('broken', status ?? 'hung up');
  if (status?.startsWith('5') && status !== '503') findings.add(`HTTP ${status}`, heard, suspect);
  if (whole && !cut && status === undefined) findings.add('no answer', 'the connection was closed', suspect);
  const leak = leakIn(heard.replace(/zqx_chat_/g, ''));
  if (leak !== undefined) findings.add('leak', `${leak} told: ${heard}`, suspect);
}
