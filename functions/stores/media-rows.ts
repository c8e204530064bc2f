/** A row of table `media`, and what is told of it; who names it; and the lock under which it is named and let go. */
import type { Sql } from 'function-runtime';
import type { FoundMedia, Media, MediaKind } from '../domain/attachment.js';
import type { Writable } from '../domain/writable.js';

interface MediaRow {
  readonly id: string;
  readonly owner_id: string;
  readonly state: FoundMedia['state'];
  readonly kind: MediaKind;
  readonly type: string | null;
  readonly size: number;
  readonly filename: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly duration_ms: number | null;
  /** Base64. */
  readonly waveform: string | null;
  readonly thumbhash: string | null;
  readonly thumb: boolean;
}

/** What is read of it, as `m`. */
const MEDIA_COLUMNS = `m.id, m.owner_id, m.state, m.kind, m.type, m.size, m.filename, m.width, m.height, m.duration_ms,
  encode(m.waveform, 'base64') as waveform, encode(m.thumbhash, 'base64') as thumbhash, m.thumb_sha256 is not null as thumb`;

/** Messages that were deleted name nothing, whatever a version that knew of no media has left. */
export const namedByMessage = (media: string): string => `exists (select from message_media n cross join lateral (
    select from messages t where t.chat_id = n.chat_id and t.seq = n.seq and t.deleted_at is null limit 1) t
  where n.media_id = ${media}.id)`;

/** A draft of its owner's: in their own state, which few of their chats have. */
export const namedByDraft = (media: string): string => `exists (select from members d
  where d.user_id = ${media}.owner_id and d.rev is not null and d.left_at is null and d.draft->'media' ? ${media}.id::text)`;

/** In order of their ids, as everybody does who locks several; after chats, before members. */
const LOCK = `
select m.* from (select distinct id from unnest($1::uuid[]) as t (id) order by id) w cross join lateral (
  select ${MEDIA_COLUMNS} from media m where m.id = w.id for no key update) m`;

/** Locks what is named and is there, and says what it is. */
export async function lockMedia(tx: Pick<Sql, 'query'>, ids: readonly string[]): Promise<Map<string, FoundMedia>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<MediaRow>('media-lock', LOCK, [ids]);
  return new Map(rows.map(row => [row.id, { ownerId: row.owner_id, state: row.state, told: toldOf(row) }]));
}

const UNKNOWN_TYPE = 'application/octet-stream';

function toldOf(row: MediaRow): Media {
  const media: Writable<Media> = { id: row.id, kind: row.kind, type: row.type ?? UNKNOWN_TYPE, size: row.size };
  if (row.filename !== null) media.filename = row.filename;
  if (row.width !== null) media.width = row.width;
  if (row.height !== null) media.height = row.height;
  if (row.duration_ms !== null) media.durationMs = row.duration_ms;
  if (row.waveform !== null) media.waveform = oneLine(row.waveform);
  if (row.thumbhash !== null) media.thumbhash = oneLine(row.thumbhash);
  if (row.thumb) media.thumb = true;
  return media;
}

/** PostgreSQL breaks base64 into lines. */
const oneLine = (base64: string): string => base64.replaceAll('\n', '');

// A statement of its own, after the lock: it sees names that were given by who had the lock before.
const RELEASE = `
update media m set state = 'gone', gone_at = now()
where m.id = any ($1::uuid[]) and m.state in ('uploading', 'uploaded', 'ready')
  and not ${namedByMessage('m')} and not ${namedByDraft('m')}`;

/** What nothing names any more is gone, for everybody, with this transaction. It holds the locks of all of these. */
export async function releaseMedia(tx: Pick<Sql, 'query'>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.query('media-release', RELEASE, [ids]);
}
