/**
 * Changes of messages take effect: in one statement, which gives them their numbers, under the locks of their chats, after
 * what goes with them is gone (see take-away.ts). Nobody else writes these rows meanwhile. Each is there: inserted, it is a
 * conflict, found by its primary key, which leaves the planner no join to choose.
 */
import type { Sql } from 'function-runtime';
import type { Writes } from '../domain/ledger.js';
import { countDeleted } from './deleted.js';
import { present } from './marks.js';
import { releaseMedia } from './media-rows.js';
import { takeAway } from './take-away.js';

type Table = Exclude<keyof Writes, 'deleted' | 'superseded' | 'said' | 'renamed' | 'released'>;

/** What is written, by table: the columns of its rows, in the order of the statement's parameters, and their types. */
const COLUMNS = {
  chats: { chatId: 'uuid', lastChange: 'bigint' },
  messages: {
    ...{
      chatId: 'uuid',
      seq: 'bigint',
      rev: 'bigint',
      newBody: 'text',
      editedAt: 'timestamptz',
      deletedAt: 'timestamptz',
    },
    ...{ deletedBy: 'uuid', pinnedAt: 'timestamptz', reactions: 'text', entities: 'text', media: 'text' },
    ...{ preview: 'text' },
  },
  versions: {
    ...{ chatId: 'uuid', seq: 'bigint', version: 'int', editorId: 'uuid', clientId: 'text', body: 'text' },
    ...{ at: 'timestamptz' },
  },
  reactions: { chatId: 'uuid', seq: 'bigint', userId: 'uuid', emoji: 'text', at: 'timestamptz' },
  pins: { chatId: 'uuid', seq: 'bigint', by: 'uuid', at: 'timestamptz' },
  mentions: { chatId: 'uuid', seq: 'bigint', userId: 'uuid', senderId: 'uuid' },
  named: { chatId: 'uuid', seq: 'bigint', n: 'smallint', mediaId: 'uuid' },
} as const satisfies { readonly [T in Table]: { readonly [Column in keyof Writes[T][number]]?: string } };

const PARAMETERS = Object.entries(COLUMNS).flatMap(([table, columns]) =>
  Object.keys(columns).map(column => `${table}.${column}`),
);
const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** The rows of a table that are given. */
function given(table: Table, as: string): string {
  const columns = Object.entries(COLUMNS[table]);
  const values = columns.map(([column, type]) => `$${PARAMETERS.indexOf(`${table}.${column}`) + 1}::${type}[]`);
  return `unnest(${values.join(', ')}) as ${as} (${columns.map(([column]) => snakeCase(column)).join(', ')})`;
}

const WRITE = `
with chat as (
  select * from ${given('chats', 't')}
), changed as materialized (
  select g.*, m.id, m.client_id, m.sender_id, m.sent_at, m.body as said, m.reply_to, m.forward,
    m.deleted_at is null and g.deleted_at is not null as goes
  from ${given('messages', 'g')}
    cross join lateral (select id, client_id, sender_id, sent_at, body, reply_to, forward, deleted_at from messages m
      where m.chat_id = g.chat_id and m.seq = g.seq limit 1) m
), version as (
  select * from ${given('versions', 't')}
), reaction as (
  select * from ${given('reactions', 't')}
), pin as (
  select * from ${given('pins', 't')}
), mention as (
  select * from ${given('mentions', 't')}
), numbered as (
  update chats c set last_change = n.last_change from chat n
  where c.id = n.chat_id and c.id = any (array(select chat_id from chat))
), written as (
  insert into messages as m (chat_id, seq, id, client_id, sender_id, body, sent_at, reply_to, rev, edited_at, deleted_at,
    deleted_by, pinned_at, reactions, entities, media, preview, forward)
  select chat_id, seq, id, client_id, sender_id, coalesce(new_body, said), sent_at,
    case when deleted_at is null then reply_to end, rev, edited_at, deleted_at, deleted_by, pinned_at, reactions::jsonb,
    entities::json, media::json, preview::json, case when deleted_at is null then forward end from changed
  on conflict (chat_id, seq) do update set rev = excluded.rev, body = excluded.body, edited_at = excluded.edited_at,
    deleted_at = excluded.deleted_at, deleted_by = excluded.deleted_by, pinned_at = excluded.pinned_at,
    reactions = excluded.reactions, entities = excluded.entities, media = excluded.media, preview = excluded.preview, forward = excluded.forward,
    reply_to = excluded.reply_to
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
), named as (
  insert into message_media (chat_id, seq, n, media_id) select * from ${given('named', 't')}
), taken as (
  update media set attached_at = now() where id = any ($${PARAMETERS.indexOf('named.mediaId') + 1}::uuid[]) and attached_at is null
)
select`;

export async function writeChanges(tx: Pick<Sql, 'query'>, writes: Writes): Promise<void> {
  await takeAway(tx, writes);
  const columns = (Object.keys(COLUMNS) as Table[]).flatMap(table => {
    const rows: readonly Readonly<Record<string, unknown>>[] = writes[table];
    return Object.keys(COLUMNS[table]).map(column => rows.map(row => parameterOf(row[column])));
  });
  await tx.query('changes-write', WRITE, columns);
  await releaseMedia(tx, writes.released);
}

/** Lists and objects as JSON, and lists of nothing as nothing. */
function parameterOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Array.isArray(value) && value.length === 0 ? null : JSON.stringify(value);
}
