/** The sweep of media in PostgreSQL. Rows that somebody else is at are left for the next time. */
import type { Sql } from 'function-runtime';
import type { KnownBlob, MediaSweep } from '../ports/mediaSweep.js';
import { namedByDraft, namedByMessage } from './media-rows.js';
import { isUsed, releaseBlobs } from './release-blobs.js';

/** Since when nothing names them, at the latest, if nothing does. */
const SINCE = 'coalesce(m.attached_at, m.finished_at, m.created_at)';

const IS_NAMED = `(${namedByMessage('m')} or ${namedByDraft('m')})`;

const UNATTACHED = `
select m.id from media m
where m.attached_at is null and m.state <> 'gone' and m.created_at < $1 and ${SINCE} < $1
order by m.created_at limit $2 for update skip locked`;

const PAGE = 'select id from media where id > $1 order by id limit $2';

const UNNAMED = `
select m.id from media m
where m.id = any ($1::uuid[]) and m.state <> 'gone' and ${SINCE} < $2 and not ${IS_NAMED}
order by m.id for update skip locked`;

// A statement of its own after the lock: who names media holds it.
const GO = `
update media m set state = 'gone', gone_at = $2
where m.id = any ($1::uuid[]) and m.state <> 'gone' and not ${IS_NAMED}
returning m.id`;

const UNRELEASED = `
select m.id, encode(m.sha256, 'hex') as sha256, encode(m.thumb_sha256, 'hex') as thumb from media m
where m.state in ('gone', 'refused') and (m.sha256 is not null or m.thumb_sha256 is not null)
order by m.id limit $1 for update skip locked`;

const TAKE = 'update media set sha256 = null, thumb_sha256 = null where id = any ($1::uuid[])';

const DROP_UNKNOWN = `
insert into dropped_blobs (name) select g.name from unnest($1::text[]) g (name)
where not exists (select from blobs b where b.name = g.name)
on conflict do nothing`;

const ENDED = `
select m.id from media m
where m.state = 'gone' and m.gone_at < $1 and m.sha256 is null and m.thumb_sha256 is null order by m.gone_at limit $2`;

const KNOWN = `
select b.name, encode(b.sha256, 'hex') as sha256, b.stored_at as "storedAt", ${isUsed} as "isUsed"
from blobs b where b.name > $1 order by b.name limit $2`;

const WITHOUT_UPLOAD = `
select g.id from unnest($1::uuid[]) g (id)
where not exists (select from media m where m.id = g.id and m.state = 'uploading')`;

const DROPPED = 'select name from dropped_blobs order by name limit $1';

const FORGET = `
delete from media where id = any ($1::uuid[]) and state = 'gone' and sha256 is null and thumb_sha256 is null`;

const PLACE = 'select after from media_sweeps where name = $1';

// Of two that went the same stretch the first has moved on.
const MOVE = `
insert into media_sweeps as s (name, after) values ($1, $3)
on conflict (name) do update set after = excluded.after where s.after = $2`;

const FIRST = '00000000-0000-0000-0000-000000000000';

interface Named {
  id: string;
}

interface Hashes {
  sha256: string | null;
  thumb: string | null;
}

export function mediaSweep(sql: Sql): MediaSweep {
  const idsOf = (rows: readonly Named[]): string[] => rows.map(({ id }) => id);

  const go = async (tx: Pick<Sql, 'query'>, unnamed: readonly Named[], now: string): Promise<number> =>
    unnamed.length === 0 ? 0 : (await tx.query('media-go', GO, [idsOf(unnamed), now])).length;

  return {
    lapse: (before, now, limit) =>
      sql.transaction(async tx => {
        const unattached = await tx.query<Named>('media-unattached', UNATTACHED, [before, limit]);
        return go(tx, unattached, now);
      }),

    async lapseAfter(after, before, now, limit) {
      const page = idsOf(await sql.query<Named>('media-page', PAGE, [after === '' ? FIRST : after, limit]));
      if (page.length > 0) {
        await sql.transaction(async tx => {
          await go(tx, await tx.query<Named>('media-unnamed', UNNAMED, [page, before]), now);
        });
      }
      return page.length < limit ? undefined : page.at(-1);
    },

    release: limit =>
      sql.transaction(async tx => {
        const rows = await tx.query<Named & Hashes>('media-unreleased', UNRELEASED, [limit]);
        if (rows.length === 0) return 0;
        await tx.query('media-take', TAKE, [idsOf(rows)]);
        const hashes = rows.flatMap(({ sha256, thumb }) => [sha256, thumb]).filter(hash => hash !== null);
        await releaseBlobs(tx, hashes);
        return rows.length;
      }),

    drop: hashes => sql.transaction(tx => releaseBlobs(tx, hashes)),

    async dropUnknown(names) {
      await sql.query('blobs-drop-unknown', DROP_UNKNOWN, [names]);
    },

    async dropped(limit) {
      const rows = await sql.query<{ name: string }>('blobs-dropped', DROPPED, [limit]);
      return rows.map(({ name }) => name);
    },

    async removed(names) {
      await sql.query('blobs-removed', 'delete from dropped_blobs where name = any ($1::text[])', [names]);
    },

    ended: async (before, limit) => idsOf(await sql.query<Named>('media-ended', ENDED, [before, limit])),

    async forget(mediaIds) {
      await sql.query('media-forget', FORGET, [mediaIds]);
    },

    async known(after, limit) {
      const rows = await sql.query<Omit<KnownBlob, 'storedAt'> & { storedAt: Date }>('blobs-known', KNOWN, [
        after,
        limit,
      ]);
      return rows.map(row => ({ ...row, storedAt: row.storedAt.getTime() }));
    },

    withoutUpload: async ids => idsOf(await sql.query<Named>('media-without-upload', WITHOUT_UPLOAD, [ids])),

    async place(name) {
      const [row] = await sql.query<{ after: string }>('media-sweep-place', PLACE, [name]);
      return row?.after ?? '';
    },

    async moveOn(name, from, to) {
      await sql.query('media-sweep-move', MOVE, [name, from, to]);
    },
  };
}
