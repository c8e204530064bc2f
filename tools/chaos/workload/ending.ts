/** The end of a run, when everything is well again: everybody is brought up to date, and the history is read. */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#support/eventually.js';
import type { Message } from '#support/shapes.js';
import { abridged } from './abridge.js';
import type { Journal } from './journal.js';
import { look } from './owner.js';
import { presences } from './presences.js';
import type { Chatting, Participant } from './workload.js';

const QUIET_MS = 6_000;

export async function ending(chatting: Chatting, direct: readonly string[], journal: Journal) {
  const { participants } = chatting;
  await chatting.finish(90_000);
  for (const { client } of participants) client.settle();
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
      const messages = await historyFrom(direct, client, chatId);
      if (messages) history.set(chatId, messages);
      if (messages) break;
    }
    if (!history.has(chatId)) throw new Error(`nobody can read the history of ${chatId} at ${journal.now()}`);
  }
  return history;
}

/** From the first gateway that gives it: one of another's may still be away. */
async function historyFrom(gateways: readonly string[], client: Participant['client'], chatId: string) {
  for (const gateway of gateways) {
    const messages = await historyOf(client, chatId, gateway);
    if (messages) return messages;
  }
  return undefined;
}

async function historyOf(client: Participant['client'], chatId: string, gateway: string) {
  const messages: Message[] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const path = `/v1/chats/${chatId}/messages?limit=200&after=${after}`;
    const page = await client.call<{ messages: Message[] }>(
      gateway,
      'history',
      { chatId, after },
      { method: 'GET', path },
    );
    if (!page.ok) return undefined;
    if (page.data.messages.length === 0) return messages;
    messages.push(...page.data.messages.map(abridged));
  }
}
