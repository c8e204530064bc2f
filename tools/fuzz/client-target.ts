/** Emits nearly good events through socket.io-client, the way that a careless program would: with values, not with bytes. */
import { connect, type Live } from '#support/live.js';
import type { Attack } from './attack.js';
import { choicesOf } from './choices.js';
import { PAYLOADS } from './events.js';
import { TEXTS } from './hostile.js';
import { leakIn } from './markers.js';
import { type Json, mutatedText } from './mutate.js';
import type { Random } from './random.js';
import type { Actor } from './world.js';

const AT_ONCE = 8;

export async function attackThroughClients(attack: Attack): Promise<void> {
  const { actors } = attack.world;
  const [first, last] = [actors[0]!, actors.at(-1)!];
  await Promise.all([first, last].map((actor, at) => lane(attack, actor, attack.numbers(at, 2))));
}

async function lane(attack: Attack, actor: Actor, numbers: Iterator<number, undefined>): Promise<void> {
  for (let next = numbers.next(); !next.done; ) {
    const live = await connect(actor.gateway, actor.liveToken).catch(() => undefined);
    if (!live) {
      await attack.world.revive(actor, 'live');
      continue;
    }
    live.socket.onAny((event, data) => judgeTold(attack, actor, `${event} ${JSON.stringify(data)}`));
    while (!next.done && live.socket.connected) {
      const round: Promise<void>[] = [];
      for (let count = 0; count < AT_ONCE && !next.done; count++, next = numbers.next()) {
        round.push(emit(attack, live, actor, next.value));
      }
      await Promise.all(round);
    }
    live.close();
  }
}

async function emit(attack: Attack, live: Live, actor: Actor, number: number): Promise<void> {
  const random = attack.random('client', number);
  const event = random.chance(0.95) ? random.pick(EVENTS) : `x${random.pick(TEXTS)}`;
  const args = argumentsOf(PAYLOADS[event]?.(choicesOf(attack.world, random, actor)) ?? {}, random);
  const shown = `${JSON.stringify(event)} ${JSON.stringify(args)}`;
  const suspect = { target: 'client', input: number, about: event, bytes: Buffer.from(shown) };
  attack.trace('>', shown);
  const ack = await live.emit(event, ...args).catch(() => undefined);
  const told = JSON.stringify(ack) ?? '';
  attack.trace('<', told);
  attack.count('client', ack === undefined ? 'connection lost' : ack.ok ? 'ok' : ack.error.code);
  if (ack === undefined && live.socket.connected) attack.findings.add('no acknowledgement', 'within 10 s', suspect);
  if (ack?.ok === false && ack.error.code === 'internal') attack.findings.add('internal', told, suspect);
  judgeTold(attack, actor, told);
}

function judgeTold({ findings }: Attack, actor: Actor, told: string): void {
  const leak = leakIn(told, actor);
  if (leak !== undefined) findings.add('leak', `${leak} told to ${actor.circle} ${actor.number}: ${told}`);
}

const EVENTS = Object.keys(PAYLOADS);

function argumentsOf(good: Json, random: Random): unknown[] {
  switch (random.int(12)) {
    case 0:
      return [];
    case 1:
      return [random.pick(ODD)];
    case 2:
      return [good, random.pick(ODD)];
    case 3: {
      const members = Object.entries(good as object);
      members.push([random.pick(members)?.[0] ?? 'a', random.pick(ODD)]);
      return [Object.fromEntries(members)];
    }
    default:
      return [parsedUnlessDeep(mutatedText(good, random.int(4), random))];
  }
}

const ODD: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Buffer.from([0, 255]),
  new Uint8Array(0),
  [Buffer.from('a'), { deep: Buffer.from('b') }],
  new Date(0),
  { toString: 'x', __proto__: null },
  [],
  '',
  -0,
  { _placeholder: true, num: 7 },
];

/** What is very deep stays text: the client would overflow before the server hears of it. */
function parsedUnlessDeep(text: string): unknown {
  try {
    return text.length > 9_000 ? text : JSON.parse(text);
  } catch {
    return text;
  }
}
