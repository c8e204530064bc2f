/**
 * How many deleted messages there are between two seqs, for what is unread. Whole blocks of seqs are counted already; of
 * those that are cut, the tombstones are: some hundred rows where a million messages were deleted. Of what somebody hides
 * each stretch is counted for itself.
 */
import { EVERYBODY } from '../domain/mentions.js';

/** Seqs of a block. The table has it in its rows: see 0031_deleted_counts.sql. */
const BLOCK = 1_000;
/** After all that there are. */
const LAST_BLOCK = `${2 ** 53}`;

/** An SQL expression: what others than member `v` wrote after a seq, up to another one or, where that is null, to the end, and was deleted. */
export function deletedOfOthers(after: string, upto: string): string {
  const block = (seq: string): string => `(${seq}) / ${BLOCK}`;
  const cut = `(values ((${after}) + 1, least(${upto}, (${block(after)} + 1) * ${BLOCK} - 1)),
      (case when ${block(upto)} > ${block(after)} then ${block(upto)} * ${BLOCK} end, ${upto})) cut (from_seq, to_seq)`;
  // Counted in each: a plain join would be free to read all tombstones of the chat.
  const tombstones = `(select sum(t.count) from ${cut} cross join lateral (
      select count(*) from messages t where t.chat_id = v.chat_id and t.deleted_at is not null
        and t.seq >= cut.from_seq and t.seq <= cut.to_seq and t.sender_id <> v.user_id) t)`;
  const whole = `(select coalesce(sum(case t.sender_id when '${EVERYBODY}' then t.count else -t.count end), 0)::bigint
    from deleted_counts t where t.chat_id = v.chat_id and t.sender_id = any (array['${EVERYBODY}', v.user_id])
      and t.block > ${block(after)} and t.block < coalesce(${block(upto)}, ${LAST_BLOCK}))`;
  return `(${tombstones} + ${whole})`;
}

/** Common table expressions: what `given`, rows of chat, seq and sender that are deleted just now, adds to the counts. */
export const countDeleted = (given: string): string => `
  insert into deleted_counts as t (chat_id, sender_id, block, count)
  select g.chat_id, s.sender_id, g.seq / ${BLOCK}, count(*)
  from ${given} g cross join lateral (values (g.sender_id), ('${EVERYBODY}'::uuid)) s (sender_id)
  group by g.chat_id, s.sender_id, g.seq / ${BLOCK}
  on conflict (chat_id, sender_id, block) do update set count = t.count + excluded.count`;
