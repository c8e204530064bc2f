/**
 * Changes of messages take effect: in one statement, which gives them their numbers, under the locks of their chats.
 * Nobody else writes these rows meanwhile, so they are found by their keys first and then written by their places: that
 * leaves the planner no join to choose.
 */
import type { Sql } from 'function-runtime';
import type { Writes } from '../domain/ledger.js';
import { countDeleted } from './deleted.js';
import { present } from './marks.js';
import { chatKey } from './rows.js';

/** The places of the rows of a table that belong to messages, or to one key each where `more` says so. */
const places = (table: string, given: string, more = '', ofChat = 't.chat_id = g.chat_id') => `array(
  select t.place from ${given} g cross join lateral (
    select ctid as place from ${table} t where ${ofChat} and t.seq = g.seq ${more} offset 0) t)`;

const WRITE = `
with chat as (
  select * from unnest($1::uuid[], $2::bigint[]) as t (chat_id, last_change)
), changed as materialized (
  select g.*, m.place, m.sender_id, m.deleted_at is null and g.deleted_at is not null as goes
  from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::uuid[],
      $10::timestamptz[], $11::text[], $12::text[])
      as g (chat_id, seq, rev, body, edited_at, deleted_at, deleted_by, pinned_at, reactions, entities)
    cross join lateral (select ctid as place, sender_id, deleted_at from messages m
      where m.chat_id = g.chat_id and m.seq = g.seq limit 1) m
), version as (
  select * from unnest($13::uuid[], $14::bigint[], $15::int[], $16::uuid[], $17::text[], $18::text[], $19::timestamptz[])
    as t (chat_id, seq, version, editor_id, client_id, body, at)
), superseded as (
  select * from unnest($20::uuid[], $21::bigint[]) as t (chat_id, seq)
), reaction as (
  select * from unnest($22::uuid[], $23::bigint[], $24::uuid[], $25::text[], $26::timestamptz[])
    as t (chat_id, seq, user_id, emoji, at)
), pin as (
  select * from unnest($27::uuid[], $28::bigint[], $29::uuid[], $30::timestamptz[]) as t (chat_id, seq, by, at)
), said as (
  select * from unnest($31::uuid[], $32::bigint[]) as t (chat_id, seq)
), mention as (
  select * from unnest($33::uuid[], $34::bigint[], $35::uuid[], $36::uuid[]) as t (chat_id, seq, user_id, sender_id)
), gone as (
  select chat_id, seq from changed where deleted_at is not null
), numbered as (
  update chats c set last_change = n.last_change from chat n
  where c.id = n.chat_id and c.id = any (array(select chat_id from chat))
), written as (
  update messages m set rev = g.rev, body = coalesce(g.body, m.body), edited_at = g.edited_at, deleted_at = g.deleted_at,
    deleted_by = g.deleted_by, pinned_at = g.pinned_at, reactions = g.reactions::jsonb,
    entities = g.entities::json, forward = case when g.deleted_at is null then m.forward end,
    reply_to = case when g.deleted_at is null then m.reply_to end
  from changed g where m.ctid = g.place and m.ctid = any (array(select place from changed))
), counted as (${countDeleted('(select * from changed where goes)')}
), forgotten as (
  update message_versions set body = null where ctid = any (${places('message_versions', 'superseded', 'and body is not null')})
), added as (
  insert into message_versions (chat_id, seq, version, editor_id, client_id, body, at) select * from version
), withdrawn as (
  delete from reactions where ctid = any (${places('reactions', '(select * from reaction where at is null)', 'and t.user_id = g.user_id and t.emoji = g.emoji')})
), reacted as (
  insert into reactions (chat_id, seq, user_id, emoji, at) select * from reaction where at is not null
  on conflict (chat_id, seq, user_id, emoji) do nothing
), unpinned as (
  delete from pins where ctid = any (${places('pins', '(select * from pin where at is null)')})
), pinned as (
  insert into pins (chat_id, seq, by, at) select * from pin where at is not null on conflict (chat_id, seq) do nothing
), unmentioned as (
  delete from mentions where ctid = any (${places(
    'mentions',
    'said',
    `and not exists (select from mention n
    where n.chat_id = g.chat_id and n.seq = g.seq and n.user_id = t.user_id)`,
    `${chatKey('t.chat_id')} = ${chatKey('g.chat_id')}`,
  )})
), mentioned as (
  insert into mentions (chat_id, user_id, seq) select n.chat_id, n.user_id, n.seq from mention n cross join lateral (${present('n')}) m
  on conflict (chat_id, user_id, seq) do nothing
), unversioned as (
  delete from message_versions where ctid = any (${places('message_versions', 'gone')})
), unreacted as (
  delete from reactions where ctid = any (${places('reactions', 'gone')})
), released as (
  delete from pins where ctid = any (${places('pins', 'gone')})
)
select`;

type Table = Exclude<keyof Writes, 'deleted'>;

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
  superseded: ['chatId', 'seq'],
  reactions: ['chatId', 'seq', 'userId', 'emoji', 'at'],
  pins: ['chatId', 'seq', 'by', 'at'],
  said: ['chatId', 'seq'],
  mentions: ['chatId', 'seq', 'userId', 'senderId'],
};

export async function writeChanges(tx: Pick<Sql, 'query'>, writes: Writes): Promise<void> {
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
