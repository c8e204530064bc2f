/** What somebody adds to the message that they write: it begins to be sent at once, and is shown where one writes. */
import { computed } from '@preact/signals';
import type { MediaKind } from '../client/shapes.js';
import type { Upload } from '../client/state.js';
import { client, state } from './model.js';
import { tell } from './overlays.js';

/** Of one message. */
const MOST = 10;

const KINDS: readonly (readonly [RegExp, MediaKind])[] = [
  [/^image\/(png|jpeg|webp|gif)$/, 'photo'],
  [/^video\/(mp4|webm)/, 'video'],
  [/^audio\//, 'audio'],
];

const kindOf = ({ type }: Blob): MediaKind => KINDS.find(([form]) => form.test(type))?.[1] ?? 'file';

const sent = computed(() => new Set(state.value.outbox.flatMap(({ uploads = [] }) => uploads)));
const unsent = computed(() => state.value.uploads.filter(({ id, kind }) => !sent.value.has(id) && kind !== 'voice'));

/** Of a conversation, those that no message has yet. */
export const attachmentsIn = (chatId: string): readonly Upload[] =>
  unsent.value.filter(upload => upload.chatId === chatId);

export async function attach(chatId: string, files: readonly File[]): Promise<void> {
  const room = MOST - attachmentsIn(chatId).length;
  if (files.length > room) tell(`A message has at most ${MOST} files.`);
  for (const file of files.slice(0, room)) {
    const kind = kindOf(file);
    const looks = kind === 'photo' ? await looksOf(file) : {};
    const name = file.name || 'file';
    // What is no picture after all is a file.
    client.attach(chatId, { bytes: file, name, kind: looks ? kind : 'file', ...looks });
  }
}

async function looksOf(file: Blob): Promise<{ width: number; height: number } | undefined> {
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return undefined;
  }
}

/** The files that were pasted, or dropped. */
export const filesIn = (data: DataTransfer | null): readonly File[] => [...(data?.files ?? [])];
