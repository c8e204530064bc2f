/**
 * What was acknowledged of files is kept: an upload ends whole, its bytes are read as they were sent, by whom they are for, for
 * as long as something names them and not after it; and in the end nothing is left of what nobody wants.
 */
import { groupBy } from '#runtime/group-by.js';
import { type ChangeCall, keyOf as placeOf } from './changes/calls.js';
import type { Call, Evidence } from './evidence.js';
import { type Finding, say } from './finding.js';
import type { Outcome } from './outcome.js';
import { keyOf, type Sent } from './sends.js';

export interface Uploading {
  readonly clientId: string;
  readonly kind: 'file' | 'photo';
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface FileRead {
  readonly status: number;
  readonly size: number;
  readonly sha256: string;
}

/** Another attempt to name media that are whole would end alike. */
const REFUSALS = ['invalid', 'conflict', 'too_large'];

interface About {
  readonly mediaId: string;
}

export function* files(
  evidence: Evidence,
  changes: readonly ChangeCall[],
  sent: ReadonlyMap<string, Sent>,
  { history, left = [] }: Pick<Outcome, 'history' | 'left'>,
): Generator<Finding> {
  const uploads = evidence.calls<Uploading, { mediaId: string }>('upload');
  for (const { ok, reply, client, data, answeredAt } of uploads) {
    if (ok || answeredAt === Number.POSITIVE_INFINITY) continue;
    yield {
      name: 'upload-lost',
      detail: `${data.size} bytes, ${data.clientId} of ${client}, at ${answeredAt}: ${reply}`,
    };
  }
  const messages = new Map([...history.values()].flat().map(message => [keyOf(message), message]));
  for (const one of sent.values()) {
    const { media: wanted = [], calls, key } = one;
    const refusal = wanted.length > 0 && calls.find(({ ok, reply }) => !ok && REFUSALS.includes(`${reply}`));
    if (refusal)
      yield { name: 'media-refused', detail: `${key} with ${wanted}: ${refusal.reply} at ${refusal.answeredAt}` };
    const message = messages.get(key);
    if (!message || message.deletedAt) continue;
    const names = (message.media ?? []).map(({ id }) => id);
    if (names.join() !== wanted.join())
      yield { name: 'media-lost', detail: `${say(message)} names ${names}, not ${wanted}` };
  }
  const known = new Map(uploads.flatMap(call => (call.ok ? [[call.reply.mediaId, call] as const] : [])));
  const ends = endsOf(evidence, changes, sent, messages);
  for (const read of evidence.calls<About, FileRead>('read')) {
    const upload = known.get(read.data.mediaId);
    if (upload && read.answeredAt < Number.POSITIVE_INFINITY)
      yield* judged(read, upload.data, ends.get(read.data.mediaId));
  }
  for (const remain of left) yield { name: 'media-remains', detail: remain };
}

/** When somebody first wanted that nothing names them any more, and when that was acknowledged. */
interface End {
  readonly wanted: number;
  readonly acknowledged: number;
}

function* judged({ data, reply, invokedAt, answeredAt, client }: Call<About, FileRead>, sent: Uploading, end?: End) {
  const detail = `${data.mediaId} for ${client} at ${answeredAt}: http ${reply.status}, ${reply.size} bytes`;
  const isThere = reply.status === 200;
  if (isThere && sent.kind === 'file' && reply.sha256 !== sent.sha256)
    yield { name: 'media-differs', detail: `${detail} of ${sent.size}` } as const;
  if (isThere && end && end.acknowledged < invokedAt) yield { name: 'media-shown', detail } as const;
  if (!isThere && reply.status < 500 && (!end || end.wanted > answeredAt))
    yield { name: 'media-lost', detail } as const;
}

/** Media are named by one message at most. */
function endsOf(
  evidence: Evidence,
  changes: readonly ChangeCall[],
  sent: ReadonlyMap<string, Sent>,
  messages: ReadonlyMap<string, { readonly chatId: string; readonly seq: number }>,
): Map<string, End> {
  const drops = evidence.calls<About, unknown>('drop').map(({ data, ok, invokedAt, answeredAt }) => ({
    ...{ mediaId: data.mediaId, wanted: invokedAt },
    acknowledged: ok ? answeredAt : Number.POSITIVE_INFINITY,
  }));
  const deletions = groupBy(
    changes.filter(({ kind, scope, state }) => kind === 'delete' && scope === 'all' && state !== 'refused'),
    placeOf,
  );
  const deleted = [...sent.values()].flatMap(({ key, media = [] }) => {
    const message = messages.get(key);
    const asked = message && deletions.get(placeOf(message));
    if (!asked) return [];
    const done = asked.filter(({ state }) => state === 'stored').map(({ answeredAt }) => answeredAt);
    const end = {
      wanted: Math.min(...asked.map(({ invokedAt }) => invokedAt)),
      acknowledged: Math.min(...done, Number.POSITIVE_INFINITY),
    };
    return media.map(mediaId => ({ mediaId, ...end }));
  });
  return new Map([...drops, ...deleted].map(({ mediaId, ...end }) => [mediaId, end]));
}
