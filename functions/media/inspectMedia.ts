/**
 * Looks into media that have arrived whole: has them scanned, takes out of photos what says who took them where, and finds
 * out what is told of them. Messages that name them already say it from then on. Whatever is done again after a crash ends
 * the same: what was settled stays, and messages are described and told anew.
 */
import { blobName, Failure, type Inspection, type Rendition } from 'function-runtime';
import { batch } from '../define.js';
import type { Description } from '../domain/change.js';
import { MediaReady, MediaState, messageChanged } from '../domain/events.js';
import { tellChanges } from '../domain/telling.js';
import { isoTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';
import type { Findings, Inspected, KeptBlob } from '../ports/inspections.js';

type Needed = Pick<Ports, 'inspections' | 'inspector' | 'blobs' | 'scanner' | 'changes'>;
type NewId = () => string;

const LOOKS = { photo: 'photo', video: 'video', audio: 'sound', voice: 'sound' } as const;
/** Messages that are described at once. */
const MOST_PLACES = 200;

async function kept({ blobs }: Needed, rendition: Rendition | undefined, newId: NewId): Promise<KeptBlob | undefined> {
  if (!rendition) return undefined;
  const { sha256, size, type } = rendition;
  const name = blobName(sha256, newId());
  await blobs.put(name, size, rendition.read());
  return { name, sha256, size, type };
}

/** Undefined where it is not to be kept. */
async function findingsOf(ports: Needed, { kind, blob }: Inspected, newId: NewId): Promise<Findings | undefined> {
  if (!blob) return undefined;
  const file = { size: blob.size, read: (start: number, end: number) => ports.blobs.read(blob.name, start, end) };
  if (!(await ports.scanner.isClean(file))) return undefined;
  if (kind === 'file') return {};
  try {
    return await ports.inspector.inspect(file, LOOKS[kind], async ({ photo, thumb, ...found }: Inspection) => {
      const [cleaned, small] = [await kept(ports, photo, newId), await kept(ports, thumb, newId)];
      return { ...found, ...(cleaned && { photo: cleaned }), ...(small && { thumb: small }) };
    });
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'invalid')) throw error;
    // What is no photo cannot be shown without what its metadata say; other files are no less what they are.
    return kind === 'photo' ? undefined : {};
  }
}

async function settle(
  ports: Needed,
  mediaId: string,
  now: number,
  newId: NewId,
): Promise<Inspected['state'] | undefined> {
  const { inspections } = ports;
  const media = await inspections.find(mediaId);
  if (media?.state !== 'uploaded') return media?.state;
  const findings = await findingsOf(ports, media, newId);
  return findings ? inspections.settle(mediaId, findings, isoTime(now)) : inspections.refuse(mediaId);
}

/** Has the messages that name it say what is known of it. */
async function describe({ inspections, changes }: Needed, mediaId: string, now: number, item: number) {
  const told: ReturnType<typeof tellChanges>[] = [];
  let after: { chatId: string; seq: number } | undefined;
  for (;;) {
    const places = await inspections.places(mediaId, MOST_PLACES, after);
    const wanted = places.map(
      ({ chatId, seq }): Description => ({
        ...{ kind: 'describe', chatId, seq, at: isoTime(now), media: [mediaId] },
      }),
    );
    if (wanted.length > 0) told.push(tellChanges(wanted, await changes.apply(wanted), () => item));
    after = places.at(-1);
    if (!after || places.length < MOST_PLACES) return told;
  }
}

export const inspectMedia = batch({
  name: 'inspectMedia',
  access: 'internal',
  needs: ['inspections', 'inspector', 'blobs', 'scanner', 'changes'],
  emits: ['message:changed'],
  publishes: [messageChanged],
  summary:
    'Looks into media that have arrived: scans them, removes the metadata of photos, and tells the messages that name them what was found. Repeated, it tells it again.',
  input: MediaReady,
  output: { ok: MediaState },
  async handle({ now, newId, ports }, events) {
    const items: { reply: { state: 'ready' | 'refused' } }[] = [];
    const told: ReturnType<typeof tellChanges>[] = [];
    for (const [item, { data }] of events.entries()) {
      const state = await settle(ports, data.mediaId, now, newId);
      if (state === 'ready' || state === 'refused') told.push(...(await describe(ports, data.mediaId, now, item)));
      items.push({ reply: { state: state === 'ready' ? 'ready' : 'refused' } });
    }
    return { items, publish: told.flatMap(({ publish }) => publish), emit: told.flatMap(({ emit }) => emit) };
  },
});
