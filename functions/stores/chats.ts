/**
 * Chats in PostgreSQL, as one of their members sees them. A page of the list reads the viewer's memberships and sorts
 * them by activity: an index would have to move for every member with every message, and nobody is in that many chats.
 */
import type { Sql } from 'function-runtime';
import { ANSWER_BYTES } from '../domain/bytes.js';
import type { Chat, Member } from '../domain/model.js';
import type { ChatStore } from '../ports/chats.js';
import { coalesce } from './coalesce.js';
import { showsPresence } from './has-written.js';
import { type MessageRow, messageOf } from './rows.js';

interface ChatRow {
  chat_id: string;
  type: Chat['type'];
  title: string | null;
  created_at: Date;
  active_at: Date;
  last_seq: number;
  member_count: number;
  unread: number;
  last_message: MessageRow | null;
  members?: Member[];
}

const CREATE = `
with made as (
  insert into chats (id, type, title, direct_low, direct_high, created_at, active_at, member_count)
  values ($1, $2, $3, $4, $5, $6, $6, cardinality($7::uuid[]))
  on conflict (direct_low, direct_high) where type = 'direct' do nothing
  returning id
)
insert into members (chat_id, user_id, role, joined_at)
select made.id, m.user_id, case when $2 = 'group' and m.user_id = $8 then 'owner' else 'member' end, $6
from made, unnest($7::uuid[]) as m (user_id)
returning chat_id`;

const DIRECT = `select id from chats where type = 'direct' and direct_low = $1 and direct_high = $2`;

/**
 * What is above the watermark of member `v` of chat `c`, without their own messages, all of which are numbered (see
 * `ahead` in append.ts): their highest number less the one that the last of them up to the watermark has.
 */
const UNREAD = `c.last_seq - v.read_seq - case when v.ahead > 0 then v.ahead - coalesce((
    select m.ahead from messages m
    where m.chat_id = v.chat_id and m.sender_id = v.user_id and m.ahead is not null and m.seq <= v.read_seq
    order by m.seq desc limit 1), 0) else 0 end`;

const COLUMNS = `
  c.id as chat_id, c.type, c.title, c.created_at, c.active_at, c.last_seq, c.member_count,
  coalesce(${UNREAD}, 0) as unread,
  (select to_json(m) from messages m where m.chat_id = c.id and m.seq = c.last_seq) as last_message`;

const VIEW = `
select ${COLUMNS},
  (select json_agg(json_build_object('userId', m.user_id, 'role', m.role,
     'readSeq', m.read_seq, 'deliveredSeq', m.delivered_seq) order by m.joined_at, m.user_id)
   from members m where m.chat_id = c.id and m.left_at is null) as members
from chats c
left join members v on v.chat_id = c.id and v.user_id = $2 and v.left_at is null
where c.id = $1`;

// Twice what one answer has room for, so that whoever cuts it to size sees that there is more.
const LIST = `
with page as (
  select c.*, v.chat_id, v.user_id, v.read_seq, v.ahead from members v join chats c on c.id = v.chat_id
  where v.user_id = $1 and v.left_at is null
    and ($3::timestamptz is null or (c.active_at, c.id) < ($3, $4::uuid))
  order by c.active_at desc, c.id desc
  limit $2
), sized as (
  select c.*, sum(m.octets) over (order by c.active_at desc, c.id desc rows unbounded preceding) - m.octets as before
  from page c cross join lateral (select coalesce((
    select octet_length(body) from messages where chat_id = c.id and seq = c.last_seq limit 1), 0) as octets) m
)
select ${COLUMNS} from sized c cross join lateral (select c.chat_id, c.user_id, c.read_seq, c.ahead) v
where c.before < ${2 * ANSWER_BYTES}
order by c.active_at desc, c.id desc`;

const UNREAD_OF = `
select v.user_id as "userId", ${UNREAD} as unread
from chats c join members v on v.chat_id = c.id and v.left_at is null
where c.id = $1 order by v.joined_at, v.user_id`;

const SET_TITLE = `update chats set title = $2 where id = $1 and type = 'group' returning id`;

const IDS_OF = `
select array(select chat_id from members where user_id = t.user_id and left_at is null) as "chatIds"
from unnest($1::uuid[]) with ordinality as t (user_id, n)
order by t.n`;

const PRESENCE_IDS_OF = `
select array(
  select m.chat_id from members m cross join lateral (select type from chats where id = m.chat_id offset 0) c
  where m.user_id = t.user_id and m.left_at is null and ${showsPresence('m', 'c.type')}) as "chatIds"
from unnest($1::uuid[]) with ordinality as t (user_id, n)
order by t.n`;

const chatOf = (row: ChatRow): Chat => ({
  id: row.chat_id,
  type: row.type,
  title: row.title,
  createdAt: row.created_at.toISOString(),
  lastSeq: row.last_seq,
  lastMessage: row.last_message && messageOf(row.last_message),
  unread: row.unread,
  memberCount: row.member_count,
});

export function chatStore(sql: Sql): ChatStore {
  async function view(chatId: string, viewerId: string): Promise<Chat | undefined> {
    const [row] = await sql.query<ChatRow>('chats-view', VIEW, [chatId, viewerId]);
    return row && { ...chatOf(row), members: row.members ?? [] };
  }

  const idsBy = (name: string, text: string): ChatStore['idsOf'] =>
    coalesce(async userIds => {
      const rows = await sql.query<{ chatIds: string[] }>(name, text, [userIds]);
      return rows.map(row => row.chatIds);
    });

  return {
    async create({ id, type, title, ownerId, memberIds, createdAt }) {
      const [low = null, high = null] = type === 'direct' ? [...memberIds].sort() : [];
      const values = [id, type, title, low, high, createdAt, memberIds, ownerId];
      const made = await sql.query('chats-create', CREATE, values);
      // A statement of its own: it sees the chat of whoever was faster.
      const [direct] = made.length > 0 ? [] : await sql.query<{ id: string }>('chats-direct', DIRECT, [low, high]);
      const chat = await view(direct?.id ?? id, ownerId);
      if (!chat) throw new Error('a chat that was created cannot be found');
      return { chat, existed: made.length === 0 };
    },

    view,

    async list(viewerId, { limit, after }) {
      const values = [viewerId, limit, after?.activeAt ?? null, after?.id ?? null];
      const rows = await sql.query<ChatRow>('chats-list', LIST, values);
      return rows.map(row => ({ chat: chatOf(row), activeAt: row.active_at.toISOString() }));
    },

    async unreadOf(chatId) {
      const rows = await sql.query<{ userId: string; unread: number }>('chats-unread-of', UNREAD_OF, [chatId]);
      return new Map(rows.map(({ userId, unread }) => [userId, unread]));
    },

    async setTitle(chatId, title) {
      return (await sql.query('chats-set-title', SET_TITLE, [chatId, title])).length > 0;
    },

    idsOf: idsBy('chats-ids-of', IDS_OF),
    presenceIdsOf: idsBy('chats-presence-ids-of', PRESENCE_IDS_OF),

    async direct(userId, otherId) {
      const [direct] = await sql.query<{ id: string }>('chats-direct', DIRECT, [userId, otherId].sort());
      return direct?.id;
    },
  };
}
