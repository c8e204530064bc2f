/**
 * Broken photos, sounds and videos, made of good ones by changing, doubling and taking away bytes, are looked into one after the other: whatever they
 * are, they are found out about or refused, and the good one that comes after them is found out about.
 */
import { mediaInspector } from '#runtime/drivers/media/inspector.js';
import { memoryLog } from '#support/log.js';
import { animation, photo, recorded, video, voice, wav } from '#support/media-samples.js';
import { type Random, randomFor } from './random.js';

type Look = 'photo' | 'sound' | 'video';

async function samples(): Promise<readonly (readonly [Look, Buffer])[]> {
  const [jpeg, png, webp, avif] = await Promise.all(
    (['jpeg', 'png', 'webp', 'avif'] as const).map(f => photo(60, 40, f)),
  );
  const moving = await Promise.all((['gif', 'webp'] as const).map(animation));
  const sounds = [voice(), wav(0.5), await recorded('webm'), await recorded('mp4')];
  const videos = [await video('webm'), await video('mp4')];
  const of = (look: Look, files: readonly (Buffer | undefined)[]) =>
    files.map(file => [look, file ?? Buffer.alloc(0)] as const);
  return [...of('photo', [jpeg, png, webp, avif, ...moving]), ...of('sound', sounds), ...of('video', videos)];
}

/** Numbers at which lengths and counts are taken for others. */
const EDGES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

function mutated(good: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(good);
  for (let times = 1 + random.int(3); times > 0 && bytes.length > 0; times--) {
    const at = random.int(random.chance(0.5) ? Math.min(bytes.length, 200) : bytes.length);
    const until = Math.min(bytes.length, at + 1 + random.int(64));
    switch (random.int(7)) {
      case 0:
        bytes[at] = random.int(256);
        break;
      case 1:
        bytes[at] = random.pick(EDGES);
        break;
      case 2:
        bytes.fill(random.pick(EDGES), at, until);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, until), bytes.subarray(at)]);
        break;
      default:
        bytes = bytes.subarray(0, at);
    }
  }
  return bytes;
}

export interface MediaFuzz {
  readonly found: number;
  readonly refused: number;
  /** Processes that were ended, by themselves or because they took too much. */
  readonly ended: number;
  /** What must never be. */
  readonly findings: readonly string[];
}

export async function fuzzMedia(count: number, seed: number): Promise<MediaFuzz> {
  const log = memoryLog();
  const inspector = mediaInspector(log, { timeMs: 2_000 });
  const good = await samples();
  const findings: string[] = [];
  let [found, refused] = [0, 0];
  const look = ([as, bytes]: readonly [Look, Buffer]) =>
    inspector.inspect(
      {
        size: bytes.length,
        async *read(start, end) {
          yield bytes.subarray(start, end);
        },
      },
      as,
      async ({ durationMs, width, photo: made }) => {
        for await (const chunk of made?.read() ?? []) if (chunk.length === 0) throw new Error('an empty chunk');
        return [durationMs, width, made?.sha256].join();
      },
    );
  try {
    const answers = await Promise.all(good.map(look));
    for (let input = 0; input < count; input++) {
      const random = randomFor(seed, 'media', input);
      const at = random.int(good.length);
      const [as, bytes] = good[at] as readonly [Look, Buffer];
      await look([as, mutated(bytes, random)]).then(
        () => found++,
        error => {
          refused++;
          if (error.code !== 'invalid') findings.push(`seed ${seed}, input ${input}: ${error.stack}`);
        },
      );
      if (input % 50 > 0) continue;
      const same = await look([as, bytes]).catch(error => String(error));
      if (same !== answers[at]) findings.push(`seed ${seed}, after input ${input}: ${same} in place of ${answers[at]}`);
    }
  } finally {
    await inspector.close();
  }
  const ended = log.lines.filter(({ message }) => message === 'a confined process was ended').length;
  return { found, refused, ended, findings };
}
