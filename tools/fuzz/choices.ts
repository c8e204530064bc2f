/** Good values for the places of requests and events, as one of the actors would choose them, of their own and of others. */
import type { Random } from './random.js';
import { type Actor, NOBODY, sessionOf, type World } from './world.js';

export interface Choices {
  readonly actor: Actor;
  chatId(): string;
  userId(): string;
  sessionId(): string;
  messageId(): string;
  mediaId(): string;
  clientId(): string;
  text(): string;
  seq(): number;
  time(): string;
}

const WORDS = ['hello', 'ännchen', '\u{1F600}\u{1F468}\u200d\u{1F469}', 'مرحبا', 'a\nb', '0', 'x'.repeat(300)];

export function choicesOf(world: World, random: Random, actor: Actor = random.pick(world.actors)): Choices {
  const { halls, actors, keepers } = world;
  const other = actor.circle === 'red' ? 'blue' : 'red';
  const hex = () => Array.from({ length: 12 }, () => random.int(16).toString(16)).join('');
  return {
    actor,
    chatId: () => {
      const draw = random.next();
      if (draw < 0.55) return halls[actor.circle].arena;
      if (draw < 0.75) return halls[actor.circle].secret;
      return draw < 0.93 ? random.pick([halls[other].secret, halls[other].arena]) : NOBODY;
    },
    userId: () => (random.chance(0.1) ? NOBODY : random.pick(random.chance(0.8) ? actors : keepers).id),
    sessionId: () => (random.chance(0.97) ? sessionOf(random.pick(keepers)) : sessionOf(random.pick(actors))),
    messageId: () => random.pick([...halls.red.messageIds, ...halls.blue.messageIds]),
    mediaId: () => {
      const { files } = random.chance(0.7) ? actor : random.pick(actors);
      return (random.chance(0.5) ? files?.uploading : files?.whole) ?? NOBODY;
    },
    clientId: () => (random.chance(0.1) ? 'again' : hex()),
    text: () => random.pick(WORDS),
    seq: () => random.pick([1, 2, 3, 10, 1_000]),
    time: () => `2026-0${1 + random.int(9)}-0${1 + random.int(9)}T00:00:00.000Z`,
  };
}
