/**
 * The part of storing messages that takes their drafts away: a draft that was not written after the one that is sent is
 * gone with the message, and none that was comes back later. See append.ts, whose statement these are parts of.
 */
import type { NewMessage } from '../ports/messages.js';

// Each takes a number of its user, whose row is locked after those of members; a mark that nothing stood under takes none.
const NOTED = `, sent as materialized (
  select s.*, o.drafted as gone from (
    select f.chat_id, f.sender_id, max(d.at) as draft_at
    from unnest($8::bigint[], $9::timestamptz[]) as d (n, at) join fresh f on f.n = d.n group by f.chat_id, f.sender_id) s
  join own o on o.chat_id = s.chat_id and o.user_id = s.sender_id and o.left_at is null
    and coalesce(o.draft_at <= s.draft_at, true)
), owners as materialized (
  select u.* from (select distinct sender_id from sent where gone order by sender_id) s cross join lateral (
    select id, last_note from users where id = s.sender_id for no key update) u
), noted as materialized (
  select s.*, case when gone then o.last_note + row_number() over (partition by s.sender_id, gone order by s.chat_id) end as rev
  from sent s left join owners o on o.id = s.sender_id
), counted as (
  update users u set last_note = n.last_note
  from (select sender_id, max(rev) as last_note from noted where gone group by sender_id) n
  where u.id = n.sender_id and u.id = any (array(select id from owners))
)`;

export const SENT_DRAFTS = {
  own: ', draft_at, draft is not null as drafted',
  noted: NOTED,
  columns: ', draft_at, rev',
  values: ', n.draft_at, n.rev',
  joined: 'left join noted n on n.chat_id = o.chat_id and n.sender_id = o.user_id',
  sets: `, draft = case when excluded.draft_at is null then m.draft end,
    draft_at = coalesce(excluded.draft_at, m.draft_at), rev = coalesce(excluded.rev, m.rev)`,
};

export const NO_DRAFTS: typeof SENT_DRAFTS = { own: '', noted: '', columns: '', values: '', joined: '', sets: '' };

/** Its parameters: the places of messages, from 1, and when the drafts were written that they were made of. */
export function draftsOf(messages: readonly NewMessage[]): unknown[] {
  const drafts = messages.flatMap(({ draftAt }, at) => (draftAt === undefined ? [] : [{ n: at + 1, draftAt }]));
  return [drafts.map(({ n }) => n), drafts.map(({ draftAt }) => draftAt)];
}
