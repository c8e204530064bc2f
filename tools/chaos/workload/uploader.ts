/**
 * Uploads files until it is stopped, each with as many requests as it takes, and sends most of them as messages; takes some
 * back, leaves some unnamed, gives some up in the middle, and deletes some of the messages. Reads them now and then.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { photo } from '#support/media-samples.js';
import type { Random } from '../random.js';
import { type Changer, insist } from './changer.js';
import type { FileCalls, Sample } from './file-calls.js';
import { send } from './writer.js';

export interface Uploader extends Changer {
  readonly files: FileCalls;
  /** Files that several people have. */
  readonly samples: readonly Sample[];
}

const BETWEEN_MS = [500, 3_000] as const;

/** Some texts that anybody may send, and photos. */
export async function commonSamples(random: Random): Promise<Sample[]> {
  const texts = [0, 1, 700, 50_000].map((size): Sample => ({ kind: 'file', bytes: randomBytes(size) }));
  const sides = [random.between(40, 90), random.between(90, 200)];
  const photos = await Promise.all(sides.map(side => photo(side, 40)));
  return [...texts, ...photos.map((bytes): Sample => ({ kind: 'photo', bytes }))];
}

/** Mostly small, seldom some megabytes. */
function fresh(random: Random): Sample {
  const size = random.chance(0.08) ? random.between(1_000_000, 4_000_000) : random.between(1, 150_000);
  return { kind: 'file', bytes: randomBytes(size) };
}

export async function uploadFiles(uploader: Uploader, stopped: () => boolean): Promise<void> {
  const { random, samples, files, chatIds } = uploader;
  while (!stopped()) {
    await pause(random.between(...BETWEEN_MS));
    const sample = random.chance(0.3) ? random.pick(samples) : fresh(random);
    const clientId = uploader.newClientId();
    if (random.chance(0.05)) {
      await files.giveUp(sample, clientId);
      continue;
    }
    const mediaId = await files.upload(sample, clientId);
    if (mediaId === undefined) continue;
    if (random.chance(0.06)) await files.drop(mediaId);
    else if (random.chance(0.9)) await show(uploader, mediaId, random.pick(chatIds));
    else await files.read(mediaId);
  }
}

async function show(uploader: Uploader, mediaId: string, chatId: string): Promise<void> {
  const { client, files, random } = uploader;
  const stored = await send(uploader, chatId, `${client.name} shows ${mediaId}`, [mediaId]);
  if (stored?.status !== 'stored' || random.chance(0.5)) return;
  await files.read(mediaId);
  if (random.chance(0.3)) return;
  if (await insist(uploader, 'delete', { chatId, seq: stored.seq, scope: 'all' })) await files.read(mediaId);
}
