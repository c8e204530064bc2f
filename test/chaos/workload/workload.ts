/** People in groups and direct chats who write, read, come and go, until they are asked to come to an end. */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { directChat, group, signUp } from '../../support/people.js';
import type { Random } from '../random.js';
import { createClient } from './client.js';
import type { Journal } from './journal.js';
import { look, rule } from './owner.js';
import { type Reader, readWith } from './reader.js';
import { type Sender, send, write } from './writer.js';

export interface Participant extends Sender {
  readonly reader: Reader;
}

export interface Chatting {
  readonly participants: readonly Participant[];
  readonly chatIds: readonly string[];
  /** Nobody begins anything new; resolves when what was begun is done. */
  finish(withinMs: number): Promise<void>;
  /** Whoever wrote first in each chat writes a last message to it. */
  closingWords(): Promise<void>;
  leave(): Promise<void>;
}

export async function startChatting(options: {
  clients: number;
  /** Where clients connect, and where they ask over REST. */
  gateways: readonly string[];
  direct: readonly string[];
  journal: Journal;
  random: Random;
}): Promise<Chatting> {
  const { gateways, direct, journal, random } = options;
  const people = await Promise.all(
    Array.from({ length: options.clients }, (_, place) => signUp(direct[place % direct.length]!, `C${place}`)),
  );
  const chatsOf = people.map((): string[] => []);
  const owned: { chatId: string; members: readonly number[]; ruled: boolean }[] = [];
  const note = (chatId: string, members: readonly number[], ruled: boolean) => {
    for (const member of members) chatsOf[member]!.push(chatId);
    owned.push({ chatId, members, ruled });
  };
  const everyone = people.map((_, place) => place);
  for (let count = 0; count < Math.max(2, options.clients / 4); count++) {
    const members = random.shuffled(everyone).slice(0, Math.max(3, Math.ceil(options.clients / 2)));
    const [owner, ...others] = members.map(member => people[member]!);
    note((await group(owner!, others)).id, members, true);
  }
  for (const place of everyone.slice(1)) {
    if (place % 3 === 0) note((await directChat(people[place - 1]!, people[place]!)).id, [place - 1, place], false);
  }

  let messages = 0;
  const participants = people.map((session, place): Participant => {
    const client = createClient({ session, gateways, journal, random: random.fork() });
    const own = random.fork();
    return {
      ...{ client, chatIds: chatsOf[place]!, gateways: direct, random: own, newClientId: () => `m${++messages}` },
      reader: readWith(client, random.fork()),
    };
  });
  await eventually('everybody is connected', () => participants.every(({ client }) => client.connected()), {
    within: 20_000,
  });

  let stopped = false;
  const stop = () => stopped;
  const work: Promise<unknown>[] = participants
    .filter(({ chatIds }) => chatIds.length > 0)
    .flatMap(participant => [write(participant, stop), lookAround(participant, direct, stop)]);
  for (const { chatId, members, ruled } of owned) {
    const [owner, ...others] = members.map(member => participants[member]!.client);
    if (ruled) work.push(rule({ chatId, owner: owner!, others }, direct, random.fork(), stop));
  }

  return {
    participants,
    chatIds: owned.map(({ chatId }) => chatId),
    async finish(withinMs) {
      stopped = true;
      let done = false;
      const all = Promise.all(work).then(() => {
        done = true;
      });
      await eventually('what was begun is done', () => done, { within: withinMs });
      await all;
    },
    async closingWords() {
      await Promise.all(owned.map(({ chatId, members: [first] }) => send(participants[first!]!, chatId)));
    },
    async leave() {
      await Promise.all(participants.map(({ client }) => client.leave()));
    },
  };
}

async function lookAround({ client, chatIds, random }: Participant, gateways: readonly string[], stop: () => boolean) {
  while (!stop()) {
    await pause(random.between(500, 2_500));
    await look(client, random.pick(chatIds), random.pick(gateways));
  }
}
