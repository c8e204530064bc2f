/**
 * Changes of messages take effect: in one statement, which gives them their numbers, under the locks of their chats, after
 * what goes with them is gone (see take-away.ts). Nobody else writes these rows meanwhile. Each is there: inserted, it is a
 * conflict, found by its primary key, which leaves the planner no join to choose.
 */
import type { Sql } from 'function-runtime';
import type { Writes } from '../domain/ledger.js';
import { countDeleted } from './deleted.js';
import { present } from './marks.js';
import { takeAway } from './take-away.js';

const WRITE = `
with chat as (
  select * from unnest($1::uuid[], $2::bigint[]) as t (chat_id, last_change)
), changed as materialized (
  select g.*, m.id, m.client_id, m.sender_id, m.sent_at, m.body as said, m.reply_to, m.forward,
    m.deleted_at is null and g.deleted_at is not null as goes
  from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::uuid[],
      $10::timestamptz[], $11::text[], $12::text[])
      as g (chat_id, seq, rev, body, edited_at, deleted_at, deleted_by, pinned_at, reactions, entities)
    cross join lateral (select id, client_id, sender_id, sent_at, body, reply_to, forward, deleted_at from messages m
      where m.chat_id = g.chat_id and m.seq = g.seq limit 1) m
), version as (
  select * from unnest($13::uuid[], $14::bigint[], $15::int[], $16::uuid[], $17::text[], $18::text[], $19::timestamptz[])
    as t (chat_id, seq, version, editor_id, client_id, body, at)
), reaction as (
  select * from unnest($20::uuid[], $21::bigint[], $22::uuid[], $23::text[], $24::timestamptz[])
    as t (chat_id, seq, user_id, emoji, at)
), pin as (
  select * from unnest($25::uuid[], $26::bigint[], $27::uuid[], $28::timestamptz[]) as t (chat_id, seq, by, at)
), mention as (
  select * from unnest($29::uuid[], $30::bigint[], $31::uuid[], $32::uuid[]) as t (chat_id, seq, user_id, sender_id)
), numbered as (
  update chats c set last_change = n.last_change from chat n
  where c.id = n.chat_id and c.id = any (array(select chat_id from chat))
), written as (
  insert into messages as m (chat_id, seq, id, client_id, sender_id, body, sent_at, reply_to, rev, edited_at, deleted_at,
    deleted_by, pinned_at, reactions, entities, forward)
  select chat_id, seq, id, client_id, sender_id, coalesce(body, said), sent_at,
    case when deleted_at is null then reply_to end, rev, edited_at, deleted_at, deleted_by, pinned_at, reactions::jsonb,
    entities::json, case when deleted_at is null then forward end from changed
  on conflict (chat_id, seq) do update set rev = excluded.rev, body = excluded.body, edited_at = excluded.edited_at,
    deleted_at = excluded.deleted_at, deleted_by = excluded.deleted_by, pinned_at = excluded.pinned_at,
    reactions = excluded.reactions, entities = excluded.entities, forward = excluded.forward, reply_to = excluded.reply_to
), counted as (${countDeleted('(select * from changed where goes)')}
), added as (
  insert into message_versions (chat_id, seq, version, editor_id, client_id, body, at) select * from version
), reacted as (
  insert into reactions (chat_id, seq, user_id, emoji, at) select * from reaction where at is not null
  on conflict (chat_id, seq, user_id, emoji) do nothing
), pinned as (
  insert into pins (chat_id, seq, by, at) select * from pin where at is not null on conflict (chat_id, seq) do nothing
), mentioned as (
  insert into mentions (chat_id, user_id, seq) select n.chat_id, n.user_id, n.seq from mention n cross join lateral (${present('n')}) m
  on conflict (chat_id, user_id, seq) do nothing
)
select`;

type Table = Exclude<keyof Writes, 'deleted' | 'superseded' | 'said'>;

/** In the order of the statement's parameters. */
const COLUMNS: { readonly [T in Table]: readonly (keyof Writes[T][number])[] } = {
  chats: ['chatId', 'lastChange'],
  messages: [
    'chatId',
    'seq',
    'rev',
    'newBody',
    'editedAt',
    'deletedAt',
    'deletedBy',
    'pinnedAt',
    'reactions',
    'entities',
  ],
  versions: ['chatId', 'seq', 'version', 'editorId', 'clientId', 'body', 'at'],
  reactions: ['chatId', 'seq', 'userId', 'emoji', 'at'],
  pins: ['chatId', 'seq', 'by', 'at'],
  mentions: ['chatId', 'seq', 'userId', 'senderId'],
};

export async function writeChanges(tx: Pick<Sql, 'query'>, writes: Writes): Promise<void> {
  await takeAway(tx, writes);
  const columns = (Object.keys(COLUMNS) as Table[]).flatMap(table => {
    const rows: readonly Readonly<Record<string, unknown>>[] = writes[table];
    return COLUMNS[table].map(column => rows.map(row => parameterOf(row[column])));
  });
  await tx.query('changes-write', WRITE, columns);
}

/** Lists as JSON, and none of them as nothing. */
function parameterOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value ?? null;
  return value.length > 0 ? JSON.stringify(value) : null;
}
