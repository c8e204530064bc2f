/** The end of a run, when everything is well again: everybody is brought up to date, and reads all there is. */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#support/eventually.js';
import { readFiles } from './file-readings.js';
import type { Journal } from './journal.js';
import { look } from './owner.js';
import { presences } from './presences.js';
import { reread } from './rereading.js';
import type { Chatting } from './workload.js';

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
  const found = await reread(chatting, direct, journal);
  for (const { client, chatIds } of participants) {
    for (const chatId of chatIds) await look(client, chatId, direct[0]!);
  }
  await readFiles(chatting, found.history, journal);
  await presences(participants, direct, journal);
  return found;
}
