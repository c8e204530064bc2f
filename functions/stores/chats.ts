/**
 * Chats in PostgreSQL, as one of their members sees them. A page of the list reads the viewer's memberships and sorts
 * them by activity: an index would have to move for every member with every message, and nobody is in that many chats.
 */
import type { Sql } from 'function-runtime';
import { ANSWER_BYTES } from '../domain/bytes.js';
import type { Chat, Member, Message } from '../domain/model.js';
import type { ChatStore } from '../ports/chats.js';
import { coalesce } from './coalesce.js';
import { deletedOfOthers } from './deleted.js';
import { showsPresence } from './has-written.js';
import { MENTIONS } from './mentions.js';
import { type SettingsRow, settingsColumns, settingsOf } from './own-state-rows.js';
import { blockOf, chatKey, isAhead, type MessageRow, messageOf, OCTETS } from './rows.js';

interface ReadersRow {
  userIds: string[];
  unread: number;
  mentions: number;
  last_message: MessageRow | null;
}

interface ChatRow extends SettingsRow {
  chat_id: string;
  type: Chat['type'];
  title: string | null;
  keep_versions: boolean;
  created_at: Date;
  active_at: Date;
  last_seq: number;
  last_change: number;
  member_count: number;
  unread: number;
  mentions: number;
  no_forwards: boolean;
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
 * How many of member `v`'s own messages are after a seq that is not below their watermark, where they have any there. All of
 * these are numbered (see `ahead` in append.ts), so it is the difference of the last number and the first, which is in the seq's own block or
 * in the next one that has any: some rows are read, whatever the planner makes of it.
 */
function ownAfter(seq: string): string {
  const own = (row: string): string => isAhead(row, 'v.chat_id', 'v.user_id');
  const first = (where: string): string => `(select min(m.ahead) from messages m where ${own('m')} and ${where})`;
  const next = `(select ${blockOf('n.seq')} from messages n where ${own('n')} and ${blockOf('n.seq')} > ${blockOf(seq)}
      order by ${blockOf('n.seq')} limit 1)`;
  return `coalesce(v.ahead + 1 - coalesce(
    ${first(`${blockOf('m.seq')} = ${blockOf(seq)} and m.seq > ${seq}`)},
    ${first(`${blockOf('m.seq')} = ${next}`)}), 0)`;
}

/**
 * What of chat `c` member `v` has not read: all above their watermark, less each stretch of that which they hide from themselves.
 * Of either only what others wrote counts, and was not deleted. A stretch without an end goes on to the last message.
 */
const UNREAD = `(
  select sum(s.sign * (coalesce(s.upto, c.last_seq) - s.after
    - case when v.ahead > 0 then (
      select sum(e.sign * ${ownAfter('e.seq')}) from (values (s.after, 1), (s.upto, -1)) e (seq, sign) where e.seq is not null) else 0 end
    - case when c.last_change > 0 then ${deletedOfOthers('s.after', 's.upto')} else 0 end))::bigint
  from (select v.read_seq as after, null::bigint as upto, 1 as sign
    union all select greatest(from_seq - 1, v.read_seq), to_seq, -1 from hidden
    where v.hidden_to > v.read_seq and chat_id = v.chat_id and user_id = v.user_id and to_seq > v.read_seq) s)`;

/** The seq of the last message of chat `c` that member `v` does not hide from themselves; 0 if there is none. */
const LAST_SHOWN = `case when v.hidden_to >= c.last_seq then (
    select h.from_seq - 1 from hidden h
    where h.chat_id = v.chat_id and h.user_id = v.user_id and h.to_seq >= c.last_seq limit 1) else c.last_seq end`;

/** Found as the last one up to a seq, which is a look-up in order of seqs whatever is known of the table. */
const lastUpTo = (seq: string): string =>
  `(select to_json(m) from messages m where m.chat_id = c.id and m.seq <= ${seq} order by m.seq desc limit 1)`;

const COLUMNS = `
  c.id as chat_id, c.type, c.title, c.keep_versions, c.created_at, c.active_at, c.last_seq, c.last_change, c.member_count,
  coalesce(${UNREAD}, 0) as unread, ${MENTIONS} as mentions, c.no_forwards,
  ${lastUpTo(LAST_SHOWN)} as last_message,
  ${settingsColumns('v')}`;

const VIEW = `
select ${COLUMNS},
  (select json_agg(json_build_object('userId', m.user_id, 'role', m.role,
     'readSeq', m.read_seq, 'deliveredSeq', m.delivered_seq) order by m.joined_at, m.user_id)
   from members m where m.chat_id = c.id and m.left_at is null) as members
from chats c
left join members v on v.chat_id = c.id and v.user_id = $2 and v.left_at is null
where c.id = $1`;

const OF_MEMBER = `v.chat_id, v.user_id, v.read_seq, v.ahead, v.hidden_to, ${settingsColumns('v')}`;

// Twice what one answer has room for, so that whoever cuts it to size sees that there is more.
const LIST = `
with page as (
  select c.*, ${OF_MEMBER} from members v join chats c on c.id = v.chat_id
  where v.user_id = $1 and v.left_at is null
    and ($3::timestamptz is null or (c.active_at, c.id) < ($3, $4::uuid))
  order by c.active_at desc, c.id desc
  limit $2
), sized as (
  select c.*, sum(m.octets) over (order by c.active_at desc, c.id desc rows unbounded preceding) - m.octets as before
  from page c cross join lateral (select coalesce((
    select ${OCTETS} from messages m where m.chat_id = c.id and m.seq = c.last_seq limit 1), 0) as octets) m
)
select ${COLUMNS} from sized c cross join lateral (select ${OF_MEMBER.replaceAll('v.', 'c.')}) v
where c.before < ${2 * ANSWER_BYTES}
order by c.active_at desc, c.id desc`;

const READERS_OF = `
with readers as (
  select c.id, v.user_id, v.joined_at, ${UNREAD} as unread, ${MENTIONS} as mentions, ${LAST_SHOWN} as last_shown
  from chats c join members v on v.chat_id = c.id and v.left_at is null where c.id = $1
)
select array_agg(user_id order by joined_at, user_id) as "userIds", unread, mentions, ${lastUpTo('c.last_shown')} as last_message
from readers c group by id, unread, mentions, last_shown order by min(joined_at), unread, mentions, last_shown`;

/** So many at a time: nobody waits behind the rows of a year. */
const FORGOTTEN_AT_ONCE = 1_000;
// A message has some versions at most: those of all that a thousand belong to.
const FORGET_VERSIONS = `
update message_versions set body = null where chat_id = $1 and (body is null)::int = 0 and seq = any (array(
  select seq from message_versions where ${chatKey('chat_id')} = ${chatKey('$1::uuid')} and octet_length(body) >= 0
  limit ${FORGOTTEN_AT_ONCE}))
returning 1`;

const KEEPS_VERSIONS = 'select keep_versions as kept from chats where id = $1';

const UPDATE = `
update chats set title = coalesce($2, title), keep_versions = coalesce($3, keep_versions),
  no_forwards = coalesce($4::boolean, no_forwards)
where id = $1 and type = 'group' returning id`;

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
  lastChange: row.last_change,
  lastMessage: lastOf(row.last_message),
  unread: row.unread,
  mentions: row.mentions,
  ...(row.no_forwards && { noForwards: true }),
  memberCount: row.member_count,
  ...settingsOf(row),
  ...(row.keep_versions && { keepVersions: true }),
});

const lastOf = (row: MessageRow | null): Message | null => row && messageOf(row);

export function chatStore(sql: Sql): ChatStore {
  async function view(chatId: string, viewerId: string): Promise<Chat | undefined> {
    const [row] = await sql.query<ChatRow>('chats-view', VIEW, [chatId, viewerId]);
    return row && { ...chatOf(row), members: row.members ?? [] };
  }

  async function keepsVersions(chatId: string): Promise<boolean> {
    const [row] = await sql.query<{ kept: boolean }>('chats-keeps-versions', KEEPS_VERSIONS, [chatId]);
    return row?.kept ?? false;
  }

  /** Under no lock: once the chat keeps none, nothing is added that says anything. */
  async function forgetVersions(chatId: string): Promise<void> {
    for (let more = true; more; ) {
      more = (await sql.query('chats-forget-versions', FORGET_VERSIONS, [chatId])).length >= FORGOTTEN_AT_ONCE;
    }
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

    async readersOf(chatId) {
      const rows = await sql.query<ReadersRow>('chats-readers-of', READERS_OF, [chatId]);
      return rows.map(({ last_message, ...readers }) => ({ ...readers, lastMessage: lastOf(last_message) }));
    },

    async update(chatId, { title = null, keepVersions = null, noForwards = null }) {
      // What a stop in the midst of forgetting left over is forgotten before anything is kept again.
      if (keepVersions === true && !(await keepsVersions(chatId))) await forgetVersions(chatId);
      const updated = await sql.query('chats-update', UPDATE, [chatId, title, keepVersions, noForwards]);
      if (updated.length > 0 && keepVersions === false) await forgetVersions(chatId);
      return updated.length > 0;
    },

    idsOf: idsBy('chats-ids-of', IDS_OF),
    presenceIdsOf: idsBy('chats-presence-ids-of', PRESENCE_IDS_OF),

    async direct(userId, otherId) {
      const [direct] = await sql.query<{ id: string }>('chats-direct', DIRECT, [userId, otherId].sort());
      return direct?.id;
    },
  };
}
