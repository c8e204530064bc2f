/** What is found out about media, in PostgreSQL. The row of the media is locked first, then those of blobs, by their hashes. */
import type { Sql } from 'function-runtime';
import type { Inspected, InspectionStore, KeptBlob } from '../ports/inspections.js';
import { releaseBlobs } from './release-blobs.js';

const FIND = `
select m.state, m.kind, b.name, b.size from media m left join blobs b on b.sha256 = m.sha256 where m.id = $1`;

const LOCK = `select state, encode(sha256, 'hex') as sha256 from media where id = $1 for no key update`;

// Of bytes that are there already the name is theirs.
const KEEP = `
insert into blobs (sha256, name, size, stored_at)
select decode(sha256, 'hex'), name, size, $4 from unnest($1::text[], $2::text[], $3::bigint[]) as t (sha256, name, size)
on conflict (sha256) do update set size = blobs.size`;

const SETTLE = `
update media set state = 'ready', width = $2, height = $3, duration_ms = $4, waveform = $5, thumbhash = $6,
  sha256 = coalesce(decode($7, 'hex'), sha256), size = coalesce($8, size), type = coalesce($9, type),
  thumb_sha256 = decode($10, 'hex'), thumb_type = $11
where id = $1`;

const REFUSE = `update media set state = 'refused' where id = $1 and state = 'uploaded'`;
const STATE = 'select state from media where id = $1';

// What cannot be looked at at all is asked for a few times, and not for ever.
const OVERDUE = `
select id from media
where state = 'uploaded' and finished_at < $1::timestamptz - interval '5 minutes' and reminders < 8
  and finished_at < $1::timestamptz - interval '5 minutes' * (1 << reminders)
order by finished_at limit $2 for update skip locked`;

const REMIND = 'update media set reminders = reminders + 1 where id = any ($1::uuid[])';

const PLACES = `
select chat_id as "chatId", seq from message_media
where media_id = $1 and ($3::uuid is null or (chat_id, seq) > ($3, $4::bigint)) order by chat_id, seq limit $2`;

interface FoundRow {
  state: Inspected['state'];
  kind: Inspected['kind'];
  name: string | null;
  size: number;
}

/** As bytea. */
const bytes = (value: Uint8Array | undefined) => value && Buffer.from(value);

export function inspectionStore(sql: Sql): InspectionStore {
  return {
    async find(mediaId) {
      const [row] = await sql.query<FoundRow>('inspected-find', FIND, [mediaId]);
      if (!row) return undefined;
      const { state, kind, name, size } = row;
      return { state, kind, ...(name !== null && { blob: { name, size } }) };
    },

    settle: (mediaId, { photo, thumb, ...found }, at) =>
      sql.transaction(async tx => {
        const lock = [mediaId];
        const [row] = await tx.query<{ state: Inspected['state']; sha256: string }>('inspected-lock', LOCK, lock);
        if (row?.state !== 'uploaded') return row?.state;
        const kept = [photo, thumb]
          .filter((each): each is KeptBlob => each !== undefined)
          .sort((one, other) => (one.sha256 < other.sha256 ? -1 : 1));
        if (kept.length > 0) {
          const columns = (['sha256', 'name', 'size'] as const).map(column => kept.map(each => each[column]));
          await tx.query('inspected-keep', KEEP, [...columns, at]);
        }
        await tx.query('inspected-settle', SETTLE, [
          ...[mediaId, found.width, found.height, found.durationMs, bytes(found.waveform), bytes(found.thumbhash)],
          ...[photo?.sha256, photo?.size, photo?.type, thumb?.sha256, thumb?.type],
        ]);
        if (photo && photo.sha256 !== row.sha256) await releaseBlobs(tx, [row.sha256]);
        return 'ready';
      }),

    async refuse(mediaId) {
      await sql.query('inspected-refuse', REFUSE, [mediaId]);
      const [row] = await sql.query<{ state: Inspected['state'] }>('inspected-state', STATE, [mediaId]);
      return row?.state;
    },

    overdue: (now, limit) =>
      sql.transaction(async tx => {
        const ids = (await tx.query<{ id: string }>('inspected-overdue', OVERDUE, [now, limit])).map(({ id }) => id);
        if (ids.length > 0) await tx.query('inspected-remind', REMIND, [ids]);
        return ids;
      }),

    places: (mediaId, limit, after) =>
      sql.query('inspected-places', PLACES, [mediaId, limit, after?.chatId ?? null, after?.seq ?? null]),
  };
}
