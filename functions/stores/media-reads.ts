/**
 * Rights to media in PostgreSQL: one look-up of the media, and one for each message that names them until one is found. Each row
 * is found by a key of the one before it (lateral), so that no plan reads a whole table; that of the media by its id alone, since an
 * index of only some states is taken for as good while the table is small.
 */
import type { Sql } from 'function-runtime';
import type { MediaReads, ReadableMedia } from '../ports/mediaReads.js';
import { hides } from './hides.js';

const READABLE = `
select m.kind, m.state, m.filename, m.type, m.thumb_type as "thumbType",
  b.name, b.size, encode(b.sha256, 'hex') as sha256,
  t.name as "thumbName", t.size as "thumbSize", encode(t.sha256, 'hex') as "thumbSha256"
from (select * from media where id = $1 limit 1) m
  cross join lateral (select name, size, sha256 from blobs where sha256 = m.sha256 limit 1) b
  left join lateral (select name, size, sha256 from blobs where sha256 = m.thumb_sha256 limit 1) t on true
where m.state in ('uploaded', 'ready') and (m.owner_id = $2 or exists (
  select from message_media r
    cross join lateral (select from members where chat_id = r.chat_id and user_id = $2 and left_at is null limit 1) v
    cross join lateral (select from messages where chat_id = r.chat_id and seq = r.seq and deleted_at is null limit 1) s
  where r.media_id = $1 and not ${hides('$2', 'r.chat_id', 'r.seq')}))`;

interface Row {
  kind: ReadableMedia['kind'];
  state: ReadableMedia['state'];
  filename: string | null;
  type: string | null;
  name: string;
  size: number;
  sha256: string;
  thumbName: string | null;
  thumbSize: number;
  thumbSha256: string;
  thumbType: string | null;
}

export function mediaReads(sql: Sql): MediaReads {
  return {
    async readable(mediaId, userId) {
      const [row] = await sql.read<Row>('media-readable', READABLE, [mediaId, userId]);
      if (!row) return undefined;
      const { kind, state, filename, type, name, size, sha256, thumbName, thumbType } = row;
      const thumb =
        thumbName === null || thumbType === null
          ? null
          : { name: thumbName, size: row.thumbSize, sha256: row.thumbSha256, type: thumbType };
      return { kind, state, filename, type, bytes: { name, size, sha256 }, thumb };
    },
  };
}
