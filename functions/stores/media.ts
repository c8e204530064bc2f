/** Media in PostgreSQL, as their uploads see them. */
import { Failure, type Leases, type Sql } from 'function-runtime';
import { UPLOAD_EXPIRES_MS, type Upload } from '../domain/media.js';
import type { MediaStore } from '../ports/media.js';

export interface MediaLimits {
  /** Of one file. */
  readonly maxBytes: number;
  /** Of all that a user has. */
  readonly quotaBytes: number;
}

interface Row extends Omit<Upload, 'createdAt' | 'finishedAt' | 'attachedAt'> {
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly attachedAt: Date | null;
}

const COLUMNS = `id, owner_id as "ownerId", client_id as "clientId", kind, state, filename, declared_type as "declaredType",
  size, created_at as "createdAt", finished_at as "finishedAt", attached_at as "attachedAt"`;

// Beginnings of one owner go one after the other: what is left is the same for all who look.
const ONE_AT_A_TIME = 'select pg_advisory_xact_lock(hashtextextended($1::text, 50))';

const NAMED = `
select ${COLUMNS} from media
where owner_id = $1 and client_id = $2 and state in ('uploading', 'uploaded', 'ready')`;

const LAPSE = "update media set state = 'gone', gone_at = $2 where id = $1 and state = 'uploading'";

const USED = `
select coalesce(sum(size), 0)::bigint as used from media
where owner_id = $1 and state <> 'gone' and state <> 'refused'`;

const INSERT = `
insert into media (id, owner_id, client_id, kind, state, filename, declared_type, size, created_at)
values ($1, $2, $3, $4, 'uploading', $5, $6, $7, $8)
returning ${COLUMNS}`;

const FIND = `select ${COLUMNS} from media where id = $1`;

const RESIZE = "update media set size = $2 where id = $1 and state = 'uploading'";

const LOCK = `select ${COLUMNS} from media where id = $1 for update`;

// Of bytes that are there already the name is theirs.
const KEEP = `
insert into blobs (sha256, name, size, stored_at) values (decode($1, 'hex'), $2, $3, $4)
on conflict (sha256) do update set size = blobs.size`;

const FINISH = `
update media set state = 'uploaded', sha256 = decode($2, 'hex'), size = $3, type = $4, finished_at = $5,
  lease = null, leased_until = null
where id = $1
returning ${COLUMNS}`;

const REFUSE = "update media set state = 'refused' where id = $1 and state = 'uploading'";

// What is being named is locked by whoever does that, and is named when it is this one's turn.
const DISCARD = `
update media set state = 'gone', gone_at = $2
where id = $1 and state in ('uploading', 'uploaded', 'ready') and attached_at is null
returning id`;

export function mediaStore(sql: Sql, { maxBytes, quotaBytes }: MediaLimits): MediaStore {
  return {
    begin({ id, ownerId, clientId, kind, filename, declaredType, size, at }) {
      if (size !== undefined && size > maxBytes) throw tooLarge(`a file has at most ${maxBytes} bytes`);
      return sql.transaction(async tx => {
        await tx.query('media-one-at-a-time', ONE_AT_A_TIME, [ownerId]);
        const [named] = clientId === null ? [] : await tx.query<Row>('media-named', NAMED, [ownerId, clientId]);
        const lapsed = named?.state === 'uploading' && Date.parse(at) - named.createdAt.getTime() > UPLOAD_EXPIRES_MS;
        if (named && !lapsed) return { upload: uploadOf(named), begun: false };
        if (named) await tx.query('media-lapse', LAPSE, [named.id, at]);
        const [sum] = await tx.query<{ used: number }>('media-used', USED, [ownerId]);
        const left = quotaBytes - (sum?.used ?? 0);
        if (left < (size ?? 1)) throw tooLarge(`this is more than is left of ${quotaBytes} bytes`);
        const aside = size ?? Math.min(maxBytes, left);
        const values = [id, ownerId, clientId, kind, filename, declaredType, aside, at];
        const [row] = await tx.query<Row>('media-insert', INSERT, values);
        return { upload: uploadOf(row as Row), begun: true, ...(named && { expired: named.id }) };
      });
    },
    async find(id) {
      const [row] = await sql.query<Row>('media-find', FIND, [id]);
      return row && uploadOf(row);
    },
    async resize(id, size) {
      await sql.query('media-resize', RESIZE, [id, size]);
    },
    finish: ({ id, sha256, name, size, type, at }) =>
      sql.transaction(async tx => {
        const [found] = await tx.query<Row>('media-lock', LOCK, [id]);
        if (found?.state !== 'uploading') return found && uploadOf(found);
        await tx.query('blobs-keep', KEEP, [sha256, name, size, at]);
        const [row] = await tx.query<Row>('media-finish', FINISH, [id, sha256, size, type, at]);
        return uploadOf(row as Row);
      }),
    async refuse(id) {
      await sql.query('media-refuse', REFUSE, [id]);
    },
    async discard(id, at) {
      const rows = await sql.query('media-discard', DISCARD, [id, at]);
      return rows.length > 0;
    },
  };
}

const tooLarge = (message: string): Failure =>
  new Failure('too_large', message, { errors: [{ path: '/Upload-Length', message }] });

const uploadOf = ({ createdAt, finishedAt, attachedAt, ...row }: Row): Upload => ({
  ...row,
  createdAt: createdAt.getTime(),
  finishedAt: finishedAt?.getTime() ?? null,
  attachedAt: attachedAt?.getTime() ?? null,
});

// By the database's clock, which is the same for all gateways.
const TAKE = `
update media set lease = $2, leased_until = clock_timestamp() + $3 * interval '1 millisecond', lease_wanted = false
where id = $1 and (lease is null or lease = $2 or leased_until < clock_timestamp())
returning id`;

const WANT = 'update media set lease_wanted = true where id = $1 and lease is not null and not lease_wanted';

const KEEP_LEASE = `
update media set leased_until = clock_timestamp() + $3 * interval '1 millisecond'
where id = $1 and lease = $2 and leased_until > clock_timestamp()
returning lease_wanted as wanted`;

const RELEASE = 'update media set lease = null, leased_until = null, lease_wanted = false where id = $1 and lease = $2';

/** Leases of uploads, in their rows. */
export const uploadLeases = (sql: Sql): Leases => ({
  async take(id, token, ms) {
    const taken = await sql.query('lease-take', TAKE, [id, token, ms]);
    if (taken.length === 0) await sql.query('lease-want', WANT, [id]);
    return taken.length > 0;
  },
  async keep(id, token, ms) {
    const [row] = await sql.query<{ wanted: boolean }>('lease-keep', KEEP_LEASE, [id, token, ms]);
    return row ? (row.wanted ? 'wanted' : 'kept') : 'lost';
  },
  async release(id, token) {
    await sql.query('lease-release', RELEASE, [id, token]);
  },
});
