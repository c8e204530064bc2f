/** Media in a database, as uploads leave them, for tests of what is done with them afterwards. */
import { createHash, randomUUID } from 'node:crypto';
import type { Sql } from '#runtime/contract/ports.js';
import { blobName } from '#runtime/contract/ports.js';

const PUT = `
with blob as (
  insert into blobs (sha256, name, size, stored_at)
  select distinct on (hash) decode(hash, 'hex'), name, 5, $1
  from (values ($2::text, $3::text), ($4::text, $5::text)) b (hash, name) where hash is not null
  on conflict (sha256) do update set size = blobs.size
)
insert into media (id, owner_id, kind, state, filename, type, size, sha256, thumb_sha256, thumb_type, created_at, finished_at, attached_at, gone_at)
values ($6, $7, $8, $9, 'wall.jpg', 'image/jpeg', 5, decode($2, 'hex'), decode($4, 'hex'), 'image/webp', $10, $10, $11, $12)`;

const NAME = `
insert into message_media (chat_id, seq, n, media_id)
select $1, $2, coalesce(max(n) + 1, 0), $3 from message_media where chat_id = $1 and seq = $2`;

interface Put {
  readonly ownerId: string;
  readonly kind?: string;
  readonly state?: string;
  /** What they have: media that say the same have the same bytes. */
  readonly saying?: string;
  readonly thumb?: string | null;
  readonly at: string;
  readonly attachedAt?: string;
  readonly goneAt?: string;
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export function mediaRows(sql: Sql) {
  return {
    /** The id. */
    async put({ ownerId, kind = 'photo', state = 'ready', saying, thumb = null, at, attachedAt, goneAt }: Put) {
      const id = randomUUID();
      const [own, small] = [hashOf(saying ?? id), thumb === null ? null : hashOf(thumb)];
      await sql.query('test-media-put', PUT, [
        ...[at, own, blobName(own, randomUUID()), small, small && blobName(small, randomUUID())],
        ...[id, ownerId, kind, state, at, attachedAt ?? null, goneAt ?? null],
      ]);
      return id;
    },
    /** A message names them. */
    name: (mediaId: string, chatId: string, seq: number) => sql.query('test-media-name', NAME, [chatId, seq, mediaId]),
  };
}
