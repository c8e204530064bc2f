/** The end of a run, when everything is well again: everybody is brought up to date, and the history is read. */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import type { Message, Presence } from '../../support/shapes.js';
import type { Journal } from './journal.js';
import { look } from './owner.js';
import type { Chatting, Participant } from './workload.js';

const PRESENCE_MS = 45_000;
const QUIET_MS = 6_000;

export async function ending(chatting: Chatting, direct: readonly string[], journal: Journal) {
  const { participants } = chatting;
  await chatting.finish(60_000);
  await eventually('everybody is connected', () => participants.every(({ client }) => client.connected()), {
    within: 30_000,
  });
  await chatting.closingWords();
  // The time that an event may take, and then some.
  await pause(QUIET_MS);
  await Promise.all(participants.map(part => eventually('synced', () => part.reader.sync(), { within: 30_000 })));
  const history = await histories(chatting, direct, journal);
  for (const { client, chatIds } of participants) {
    for (const chatId of chatIds) await look(client, chatId, direct[0]!);
  }
  await presences(participants, direct, journal);
  return history;
}

/** Each chat's, from whoever is in it; pages are asked for until one is empty. */
async function histories({ participants, chatIds }: Chatting, direct: readonly string[], journal: Journal) {
  const history = new Map<string, Message[]>();
  for (const chatId of chatIds) {
    for (const { client, chatIds: own } of participants) {
      if (!own.includes(chatId)) continue;
      const messages = await historyOf(client, chatId, direct[history.size % direct.length]!);
      if (messages) history.set(chatId, messages);
      if (messages) break;
    }
    if (!history.has(chatId)) throw new Error(`nobody can read the history of ${chatId} at ${journal.now()}`);
  }
  return history;
}

async function historyOf(client: Participant['client'], chatId: string, gateway: string) {
  const messages: Message[] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const path = `/v1/chats/${chatId}/messages?limit=200&after=${after}`;
    const page = await client.call<{ messages: Message[] }>(gateway, 'history', { chatId, after }, 'GET', path);
    if (!page.ok) return undefined;
    if (page.data.messages.length === 0) return messages;
    messages.push(...page.data.messages);
  }
}

/** A third go; the others look until everybody is shown as they are, or the time is over. */
async function presences(participants: readonly Participant[], direct: readonly string[], journal: Journal) {
  const going = participants.filter((_, place) => place % 3 === 0);
  const staying = participants.filter(part => !going.includes(part));
  await Promise.all(going.map(({ client }) => client.leave()));
  const deadline = journal.now() + PRESENCE_MS;
  const pairs = staying.flatMap(viewer =>
    participants
      .filter(other => other !== viewer && other.chatIds.some(chatId => viewer.chatIds.includes(chatId)))
      .map(other => ({ viewer, other })),
  );
  const right = async ({ viewer, other }: (typeof pairs)[number], place: number) => {
    const { id: userId } = other.client;
    const gateway = direct[place % direct.length]!;
    const shown = await viewer.client.call<Presence>(
      gateway,
      'presence',
      { userId },
      'GET',
      `/v1/users/${userId}/presence`,
    );
    return !shown.ok ? shown.code === '403' : shown.data.status === (other.client.connected() ? 'online' : 'offline');
  };
  for (let left = pairs; left.length > 0 && journal.now() < deadline; ) {
    const answers = await Promise.all(left.map(right));
    left = left.filter((_, place) => !answers[place]);
    if (left.length > 0) await pause(500);
  }
}
