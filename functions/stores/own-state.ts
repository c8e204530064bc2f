/**
 * Own state in PostgreSQL. Whoever changes it holds the member's row, and then the user's, whose changes they number:
 * numbers are given in the order in which changes are committed.
 */
import type { Sql } from 'function-runtime';
import { Failure } from 'function-runtime';
import { unattachable } from '../domain/attachment.js';
import { bytesOf, fitting } from '../domain/bytes.js';
import { LIMITS } from '../domain/names.js';
import type { OwnStateChange, OwnStateStore, Stretch } from '../ports/ownState.js';
import { coalesce } from './coalesce.js';
import { lockMedia } from './media-rows.js';
import { hiddenFrom, OWN_COLUMNS, type OwnStateRow, ownStateOf } from './own-state-rows.js';

// What is not among the change's members stays. A draft of no time gives up whatever there is.
const UPDATE = `
with mine as materialized (
  select ${OWN_COLUMNS}, m.hidden_to from members m
  where m.chat_id = $2 and m.user_id = $1 and m.left_at is null for no key update
), given as materialized (
  select m.*, $3::jsonb ? 'draft' and coalesce(($3->>'draftAt')::timestamptz > draft_at, true) as drafts,
    coalesce(($3->>'draftAt')::timestamptz, greatest(draft_at, $4::timestamptz)) as written_at
  from mine m
), wanted as materialized (
  select chat_id, rev, hidden_to,
    case when $3 ? 'mutedUntil' then ($3->>'mutedUntil')::timestamptz else muted_until end as muted_until,
    case when $3 ? 'notify' then $3->>'notify' else notify end as notify,
    case when $3 ? 'archived' then ($3->>'archived')::boolean else archived end as archived,
    case when $3 ? 'pinned' then ($3->>'pinned')::boolean else pinned end as pinned,
    case when drafts then nullif($3->'draft', 'null') else draft end as draft,
    case when drafts then written_at else draft_at end as draft_at
  from given
), counted as (
  update users set last_note = last_note + 1
  where id = $1 and exists (select from wanted w join mine m on true
    where (w.muted_until, w.notify, w.archived, w.pinned, w.draft, case when w.draft is not null then w.draft_at end)
      is distinct from
      (m.muted_until, m.notify, m.archived, m.pinned, m.draft, case when m.draft is not null then m.draft_at end))
  returning last_note
), written as (
  update members m set muted_until = w.muted_until, notify = w.notify, archived = w.archived, pinned = w.pinned,
    draft = w.draft, draft_at = w.draft_at, rev = coalesce((select last_note from counted), w.rev)
  from wanted w where m.chat_id = $2 and m.user_id = $1
    and (exists (select from counted) or w.draft_at is distinct from m.draft_at)
)
select m.chat_id, m.muted_until, m.notify, m.archived, m.pinned, m.draft, m.draft_at,
  coalesce((select last_note from counted), m.rev) as rev,
  ${hiddenFrom('$1', 'coalesce((select last_note from counted), m.rev)')},
  (select draft->'media' from mine) as named_before
from wanted m`;

const LOCK = `
select ${OWN_COLUMNS}, c.last_seq, ${hiddenFrom('$1', 'm.rev')} from members m cross join lateral (select last_seq from chats where id = m.chat_id) c
where m.chat_id = $2 and m.user_id = $1 and m.left_at is null for no key update of m`;

// Stretches that overlap or touch become one, which has the number of this change.
const HIDE = `
with touched as materialized (
  select from_seq, to_seq from hidden
  where chat_id = $2 and user_id = $1 and to_seq >= $3::bigint - 1 and from_seq <= $4::bigint + 1
), counted as (
  update users set last_note = last_note + 1
  where id = $1 and not exists (select from touched where from_seq <= $3 and to_seq >= $4)
    and (exists (select from touched) or (select count(*) from hidden where chat_id = $2 and user_id = $1) < $5)
  returning last_note
), merged as (
  delete from hidden using counted
  where chat_id = $2 and user_id = $1 and to_seq = any (array(select to_seq from touched))
  returning from_seq, to_seq
), made as (
  insert into hidden (chat_id, user_id, from_seq, to_seq, rev)
  select $2, $1, least($3, min(m.from_seq)), greatest($4, max(m.to_seq)), c.last_note
  from counted c left join merged m on true group by c.last_note
  returning from_seq, to_seq, rev
), noted as (
  update members m set rev = d.rev, hidden_to = greatest(m.hidden_to, d.to_seq)
  from made d where m.chat_id = $2 and m.user_id = $1
)
select from_seq as "from", to_seq as "to", rev from made
union all
select from_seq, to_seq, null from touched where from_seq <= $3 and to_seq >= $4`;

const OF = `
select m.user_id, m.* from unnest($1::uuid[], $2::uuid[]) as t (chat_id, user_id) cross join lateral (
  select m.user_id, ${OWN_COLUMNS}, ${hiddenFrom('t.user_id', 'm.rev')} from members m
  where m.chat_id = t.chat_id and m.user_id = t.user_id and m.left_at is null and m.rev is not null limit 1) m`;

// One more than is answered, by which it is seen that there are more.
const SINCE = `
select t.n, u.last_note, m.*, ${hiddenFrom('t.user_id', 'u.after + 1')}
from unnest($1::uuid[], $2::bigint[]) with ordinality as t (user_id, note, n)
cross join lateral (
  select last_note, case when t.note <= last_note then t.note else 0 end as after
  from users where id = t.user_id limit 1) u
left join lateral (
  select ${OWN_COLUMNS}, m.hidden_to from members m
  where m.user_id = t.user_id and m.rev > u.after and m.left_at is null
  order by m.rev limit ${LIMITS.syncOwnStates + 1}) m on true
order by t.n, m.rev`;

interface SinceRow extends Omit<OwnStateRow, 'chat_id'> {
  n: number;
  /** Null where there is nothing new. */
  chat_id: string | null;
  last_note: number;
}

/** As UPDATE takes it: what is unset is null, and an empty draft is none. */
function givenOf({ draft, notify, archived, pinned, ...given }: OwnStateChange): Record<string, unknown> {
  return {
    ...given,
    ...(notify !== undefined && { notify: notify === 'all' ? null : notify }),
    ...(archived !== undefined && { archived: archived || null }),
    ...(pinned !== undefined && { pinned: pinned || null }),
    ...(draft !== undefined && draftOf(draft)),
  };
}

function draftOf(draft: NonNullable<OwnStateChange['draft']> | null): Record<string, unknown> {
  if (draft === null) return { draft };
  const { at: draftAt, ...written } = draft;
  return { draftAt, draft: isEmpty(written) ? null : written };
}

const isEmpty = ({ body, replyTo, media = [] }: Omit<NonNullable<OwnStateChange['draft']>, 'at'>): boolean =>
  body === '' && replyTo === undefined && media.length === 0;

// What a draft names, or named until now, is not swept away for a while: it may be sent.
const NOTE_NAMED = 'update media set attached_at = $2 where owner_id = $3 and id = any ($1::uuid[])';

interface Updated extends OwnStateRow {
  named_before: string[] | null;
}

export function ownStateStore(sql: Sql): OwnStateStore {
  const sinceOf = coalesce(async (asked: readonly { userId: string; note: number }[]) => {
    const columns = [asked.map(({ userId }) => userId), asked.map(({ note }) => note)];
    const rows = await sql.query<SinceRow>('own-since', SINCE, columns);
    const found = asked.map((): SinceRow[] => []);
    for (const row of rows) found[row.n - 1]?.push(row);
    return found;
  });

  return {
    async update(userId, chatId, change, now) {
      const values = [userId, chatId, JSON.stringify(givenOf(change)), now];
      const named = change.draft?.media ?? [];
      const note = (tx: Pick<Sql, 'query'>, ids: readonly string[]) =>
        tx.query('own-note-named', NOTE_NAMED, [ids, now, userId]);
      if (named.length === 0) {
        const [row] = await sql.query<Updated>('own-update', UPDATE, values);
        if (change.draft !== undefined && row?.named_before) await note(sql, row.named_before);
        return row && ownStateOf(row);
      }
      return sql.transaction(async tx => {
        const media = await lockMedia(tx, named);
        for (const [at, id] of named.entries()) {
          const why = unattachable(media.get(id), userId);
          if (why) throw new Failure(why.code, why.why, { errors: [{ path: `/draft/media/${at}`, message: why.why }] });
        }
        await note(tx, named);
        const [row] = await tx.query<Updated>('own-update', UPDATE, values);
        return row && ownStateOf(row);
      });
    },

    hide: (userId, chatId, { from, to }) =>
      sql.transaction(async tx => {
        const [row] = await tx.query<OwnStateRow & { last_seq: number }>('own-lock', LOCK, [userId, chatId]);
        if (!row) return undefined;
        if (from > row.last_seq) return 'unknown';
        const values = [userId, chatId, from, Math.min(to, row.last_seq), LIMITS.hiddenStretches];
        const [made] = await tx.query<Stretch & { rev: number | null }>('own-hide', HIDE, values);
        if (!made) return 'full';
        const { from: first, to: last, rev } = made;
        const others = rev === null ? (row.hidden ?? []).filter(other => other.from !== first) : [];
        const hidden = [...others, { from: first, to: last }].sort((one, other) => one.from - other.from);
        return ownStateOf({ ...row, rev: rev ?? row.rev, hidden });
      }),

    async of(members) {
      if (members.length === 0) return [];
      const columns = [members.map(({ chatId }) => chatId), members.map(({ userId }) => userId)];
      const rows = await sql.query<OwnStateRow & { user_id: string }>('own-of', OF, columns);
      return rows.map(row => ({ userId: row.user_id, state: ownStateOf(row) }));
    },

    async since(userId, note) {
      const rows = await sinceOf({ userId, note });
      const last = rows[0]?.last_note ?? 0;
      const found = rows.flatMap(({ chat_id, ...row }) => (chat_id === null ? [] : [ownStateOf({ ...row, chat_id })]));
      const chats = found.slice(0, Math.min(LIMITS.syncOwnStates, fitting(found.map(bytesOf))));
      const more = chats.length < found.length;
      return {
        note: more ? (chats.at(-1)?.rev ?? last) : last,
        chats,
        more,
        ...(note > last && { reset: true as const }),
      };
    },
  };
}
