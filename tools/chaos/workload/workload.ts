/**
 * People in groups and direct chats, some with two devices, who write, read, come and go, until they are asked to come to
 * an end.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#support/eventually.js';
import { directChat, group, type SignedIn, signIn, signUp } from '#support/people.js';
import type { Random } from '../random.js';
import { changeMessages, lastChange } from './changer.js';
import { createClient } from './client.js';
import { fileCalls } from './file-calls.js';
import type { Journal } from './journal.js';
import { look, rule } from './owner.js';
import { readWith } from './reader.js';
import { commonSamples, type Uploader, uploadFiles } from './uploader.js';
import { flood, send, write } from './writer.js';

export type Participant = Uploader;

export interface Chatting {
  /** The devices: first one of everybody's, then those that some have besides. */
  readonly participants: readonly Participant[];
  readonly chatIds: readonly string[];
  /** With everybody who was in them at any time, whoever made them first. */
  readonly chats: readonly { readonly chatId: string; readonly userIds: readonly string[] }[];
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * One of two who talk alone reads nothing, while the other writes them long messages, as many as make the server's
   * patience end. Answers with what makes them read again.
   */
  overwhelm(random: Random): () => void;
  /** Nobody begins anything new; resolves when what was begun is done. */
  finish(withinMs: number): Promise<void>;
  /** Whoever made each chat writes a last message to it, and changes the last of its messages. */
  closingWords(): Promise<void>;
  leave(): Promise<void>;
}

export async function startChatting(options: {
  clients: number;
  /** Where clients connect, and where they ask over REST. */
  gateways: readonly string[];
  direct: readonly string[];
  journal: Journal;
  /** Whether people send files. */
  uploads?: boolean;
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

  const samples = await commonSamples(random.fork());
  let messages = 0;
  const device = (session: SignedIn, place: number, name: string): Participant => {
    const client = createClient({ session, name, gateways, journal, random: random.fork() });
    const of = (those: typeof owned) => new Set(those.map(({ chatId }) => chatId));
    const made = owned.filter(({ members: [first] }) => first === place);
    const rules = of(owned.filter(({ members, ruled }) => members[0] === place || (!ruled && members.includes(place))));
    const about = { client, chatIds: chatsOf[place]!, entrances: gateways, gateways: direct, random: random.fork() };
    const reader = readWith(client, random.fork());
    const files = fileCalls({ session, entrances: gateways, journal, random: random.fork() });
    return { ...about, newClientId: () => `m${++messages}`, reader, rules, reads: of(made), files, samples };
  };
  const participants = people.map((session, place) => device(session, place, `C${place}`));
  for (const [place, person] of people.entries()) {
    if (place % 4 !== 1) continue;
    participants.push(device(await signIn(person, person.gateway), place, `C${place}-second`));
  }
  await eventually('everybody is connected', () => participants.every(({ client }) => client.connected()), {
    within: 20_000,
  });

  let stopped = false;
  const stop = () => stopped;
  const work: Promise<unknown>[] = participants
    .filter(({ chatIds }) => chatIds.length > 0)
    .flatMap(participant => [
      write(participant, stop),
      changeMessages(participant, stop),
      lookAround(participant, direct, stop),
      ...(options.uploads ? [uploadFiles(participant, stop)] : []),
    ]);
  for (const { chatId, members, ruled } of owned) {
    const [owner, ...others] = members.map(member => participants[member]!.client);
    if (ruled) work.push(rule({ chatId, owner: owner!, others }, direct, random.fork(), stop));
  }

  const pairs = owned.flatMap(({ chatId, members, ruled }) =>
    ruled ? [] : [{ chatId, two: members.map(member => participants[member]!) }],
  );
  const chats = owned.map(({ chatId, members }) => ({
    chatId,
    userIds: members.map(member => people[member]!.id),
  }));
  return {
    participants,
    chatIds: owned.map(({ chatId }) => chatId),
    chats,
    members: new Map(chats.map(({ chatId, userIds }) => [chatId, new Set(userIds)])),
    overwhelm(chance) {
      const { chatId, two } = chance.pick(pairs);
      const [writer, reader] = chance.shuffled(two);
      const listen = reader!.client.deafen();
      let over = false;
      work.push(flood(writer!, chatId, () => over || stopped));
      return () => {
        over = true;
        listen();
      };
    },
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
      const closing = async ({ chatId, members: [first] }: (typeof owned)[number]) => {
        await send(participants[first!]!, chatId);
        await lastChange(participants[first!]!, chatId);
      };
      await Promise.all(owned.map(closing));
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
