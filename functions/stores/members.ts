/**
 * Membership and watermarks in PostgreSQL. Whatever changes who is in a chat holds the chat's row first; watermarks
 * only lock the members' rows that they move, in order, so that writers of both kinds never wait in a circle.
 */
import type { Sql } from 'function-runtime';
import { LIMITS } from '../domain/names.js';
import type { MemberStore, Standing } from '../ports/members.js';
import { hasWritten, showsPresence } from './has-written.js';
import { mentionableIn } from './mentions.js';

const STANDING = `
select c.type, case when m.user_id is null then 'outsider' when m.left_at is not null then 'former' else m.role end
  as standing
from chats c left join members m on m.chat_id = c.id and m.user_id = $2
where c.id = $1`;

const SHARING = `
select o.id from unnest($2::uuid[]) as o (id) cross join lateral (
  select from members mine join members theirs on theirs.chat_id = mine.chat_id
  where mine.user_id = $1 and mine.left_at is null and theirs.user_id = o.id and theirs.left_at is null limit 1) one`;

const sharedBy = (condition: string) => `
  select from members mine join members theirs on theirs.chat_id = mine.chat_id
    cross join lateral (select type from chats where id = mine.chat_id offset 0) c
  where mine.user_id = $1 and mine.left_at is null and theirs.user_id = o.id and theirs.left_at is null
    and ${condition} limit 1`;

const VISIBLE = `
select o.id from unnest($2::uuid[]) as o (id)
  cross join lateral (${sharedBy(showsPresence('theirs', 'c.type'))}) one`;

const STRANGERS = `
select o.id from unnest($2::uuid[]) as o (id) where not exists (${sharedBy(hasWritten('theirs'))} offset 0)`;

const LOCK_CHAT = `
select type, last_seq as "lastSeq", member_count as "memberCount" from chats where id = $1 for no key update`;

const BEFORE = `
select left_at is null as present, left_by_choice as "byChoice" from members where chat_id = $1 and user_id = $2`;

const JOIN = `
insert into members (chat_id, user_id, role, joined_at, read_seq, delivered_seq)
select $1, id, 'member', $3, $4, $4 from users where id = $2
on conflict (chat_id, user_id) do update
set role = 'member', joined_at = $3, left_at = null, left_by_choice = false, read_seq = $4, delivered_seq = $4
returning user_id`;

// While somebody is out, their devices are told nothing of what the chat is to them, and their notes go on.
const NOTE_AGAIN = `
with counted as (
  update users set last_note = last_note + 1
  where id = $2 and exists (select from members where chat_id = $1 and user_id = $2 and rev is not null)
  returning last_note
), hides as (
  update hidden h set rev = c.last_note from counted c where h.chat_id = $1 and h.user_id = $2
)
update members m set rev = c.last_note from counted c where m.chat_id = $1 and m.user_id = $2`;

const LEAVE = `
update members set left_at = $3, left_by_choice = $4 where chat_id = $1 and user_id = $2 and left_at is null
returning role`;

const COUNT = `update chats set member_count = member_count + $2 where id = $1`;

const SUCCESSOR = `
  select user_id from members where chat_id = $1 and user_id <> $2 and left_at is null
  order by role = 'admin' desc, joined_at, user_id limit 1`;

/** The two rows that a departure may change, in order of their ids; nobody changes roles while we hold the chat. */
const LOCK_LEAVING = `
select 1 from members where chat_id = $1 and user_id in ($2, (${SUCCESSOR})) order by user_id for no key update`;

const SUCCEED = `
update members set role = 'owner' where chat_id = $1 and user_id = (${SUCCESSOR})
returning user_id as "userId"`;

const SET_ROLE = `
with chat as materialized (
  select id from chats where id = $1 and type = 'group' for no key update
)
update members m set role = $3 from chat c
where m.chat_id = c.id and m.user_id = $2 and m.left_at is null and m.role <> 'owner'
returning m.user_id`;

/**
 * Marks of one kind: folded, capped, and only those rows locked that will move; whoever is locked has not left. The rows
 * are there, so each is a conflict: found by its key, which leaves the planner no join to choose.
 */
const mark = (column: 'read_seq' | 'delivered_seq') => `
with marks as (
  select chat_id, user_id, max(seq) as seq
  from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as t (chat_id, user_id, seq)
  group by chat_id, user_id
), capped as (
  select k.chat_id, k.user_id, least(k.seq, c.last_seq) as seq from marks k cross join lateral (
    select last_seq from chats where id = k.chat_id limit 1) c
  order by k.chat_id, k.user_id
), moving as materialized (
  select m.*, k.seq from capped k cross join lateral (
    select chat_id, user_id, role, joined_at from members
    where chat_id = k.chat_id and user_id = k.user_id and left_at is null and ${column} < k.seq
    for no key update) m
)
insert into members as m (chat_id, user_id, role, joined_at, ${column})
select chat_id, user_id, role, joined_at, seq from moving
on conflict (chat_id, user_id) do update
set ${column} = excluded.${column}${
  column === 'read_seq' ? ', delivered_seq = greatest(m.delivered_seq, excluded.read_seq)' : ''
}
where m.${column} < excluded.${column}
returning m.chat_id as "chatId", m.user_id as "userId", m.${column} as seq`;

const MARK_READ = mark('read_seq');
const MARK_DELIVERED = mark('delivered_seq');

type Marks = Parameters<MemberStore['markRead']>[0];
type Moved = Awaited<ReturnType<MemberStore['markRead']>>;

export function memberStore(sql: Sql): MemberStore {
  async function move(name: string, text: string, marks: Marks): Promise<Moved> {
    if (marks.length === 0) return [];
    const columns = [marks.map(m => m.chatId), marks.map(m => m.userId), marks.map(m => m.seq)];
    return sql.query(name, text, columns);
  }

  /** Asks which of the others stand to the user as the statement says. */
  const among =
    (name: string, text: string): MemberStore['sharing'] =>
    async (userId, others) => {
      if (others.length === 0) return [];
      const rows = await sql.query<{ id: string }>(name, text, [userId, others]);
      return rows.map(row => row.id);
    };

  return {
    async standing(chatId, userId) {
      const [row] = await sql.query<{ type: 'direct' | 'group'; standing: Standing }>('members-standing', STANDING, [
        chatId,
        userId,
      ]);
      return row;
    },

    mentionable: mentionableIn(sql),
    sharing: among('members-sharing', SHARING),
    visible: among('members-visible', VISIBLE),
    strangers: among('members-strangers', STRANGERS),

    add: (chatId, userId, at) =>
      sql.transaction(async tx => {
        const [chat] = await tx.query<{ type: string; lastSeq: number; memberCount: number }>(
          'members-lock-chat',
          LOCK_CHAT,
          [chatId],
        );
        if (chat?.type !== 'group') return 'not-a-group';
        const [before] = await tx.query<{ present: boolean; byChoice: boolean }>('members-before', BEFORE, [
          chatId,
          userId,
        ]);
        if (before?.present) return 'already';
        if (before?.byChoice) return 'left';
        if (chat.memberCount >= LIMITS.groupMembers) return 'full';
        const joined = await tx.query('members-join', JOIN, [chatId, userId, at, chat.lastSeq]);
        if (joined.length === 0) return 'no-user';
        if (before) await tx.query('members-note-again', NOTE_AGAIN, [chatId, userId]);
        await tx.query('members-count', COUNT, [chatId, 1]);
        return 'added';
      }),

    remove: (chatId, userId, at, byChoice) =>
      sql.transaction(async tx => {
        await tx.query('members-lock-chat', LOCK_CHAT, [chatId]);
        await tx.query('members-lock-leaving', LOCK_LEAVING, [chatId, userId]);
        const [left] = await tx.query<{ role: string }>('members-leave', LEAVE, [chatId, userId, at, byChoice]);
        if (!left) return { removed: false };
        await tx.query('members-count', COUNT, [chatId, -1]);
        if (left.role !== 'owner') return { removed: true };
        const [successor] = await tx.query<{ userId: string }>('members-succeed', SUCCEED, [chatId, userId]);
        return { removed: true, ...(successor && { newOwner: successor.userId }) };
      }),

    async setRole(chatId, userId, role) {
      return (await sql.query('members-set-role', SET_ROLE, [chatId, userId, role])).length > 0;
    },

    markRead: marks => move('members-mark-read', MARK_READ, marks),
    markDelivered: marks => move('members-mark-delivered', MARK_DELIVERED, marks),
  };
}
