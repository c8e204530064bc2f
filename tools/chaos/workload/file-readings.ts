/** In the end all files are read: what messages name by who made the chat, what nothing names by who sent it. */
import { eventually } from '#support/eventually.js';
import type { Message } from '#support/shapes.js';
import type { FileCalls } from './file-calls.js';
import type { Journal } from './journal.js';
import type { Chatting } from './workload.js';

const AT_ONCE = 8;

export async function readFiles(
  { participants, chats }: Chatting,
  history: ReadonlyMap<string, readonly Message[]>,
  { entries }: Journal,
): Promise<void> {
  const callsOf = new Map(participants.map(({ client, files }) => [client.id, files]));
  const named = chats.flatMap(({ chatId, userIds: [first] }) =>
    (history.get(chatId) ?? []).flatMap(({ media = [] }) => media.map(({ id }) => [id, first] as const)),
  );
  const readers = new Map([...uploadedIn(entries), ...named]);
  const due = [...readers].flatMap(([mediaId, reader]) => {
    const files = callsOf.get(reader ?? '');
    return files ? [{ mediaId, files }] : [];
  });
  await Promise.all(Array.from({ length: AT_ONCE }, () => readOn(due)));
}

async function readOn(due: { mediaId: string; files: FileCalls }[]): Promise<void> {
  for (let next = due.pop(); next; next = due.pop()) {
    const { mediaId, files } = next;
    await eventually(`${mediaId} is read`, () => files.read(mediaId), { within: 30_000 });
  }
}

/** By whom. */
function uploadedIn(entries: Journal['entries']): [string, string][] {
  const uploads = new Set(
    entries.flatMap(entry => (entry.kind === 'invoke' && entry.what === 'upload' ? [entry.call] : [])),
  );
  return entries.flatMap(entry =>
    entry.kind === 'answer' && entry.ok && uploads.has(entry.call)
      ? [[(entry.data as { mediaId: string }).mediaId, entry.client] satisfies [string, string]]
      : [],
  );
}
