/**
 * The numbers of changes as the database gives them: a trigger of ours notes each. Besides, what it still has of messages
 * that were deleted.
 */
import { administer } from '#support/postgres.js';
import type { Numbered, Numbers } from '../checker/outcome.js';

const WATCH = `
create table chaos_numbers (chat_id uuid not null, seq bigint not null, rev bigint not null);
create function chaos_note() returns trigger language plpgsql as $$
begin
  insert into chaos_numbers (chat_id, seq, rev) values (new.chat_id, new.seq, new.rev);
  return null;
end $$;
create trigger chaos_numbers after update on messages for each row
  when (old.rev is distinct from new.rev) execute function chaos_note()`;

const GIVEN = 'select chat_id as "chatId", seq::float8 as seq, rev::float8 as rev from chaos_numbers';
const LAST = 'select id, last_change::float8 as last from chats';
const remainsIn = (table: string) => `
select '${table} of chat ' || t.chat_id || ' seq ' || t.seq as remain from ${table} t
  join messages m on m.chat_id = t.chat_id and m.seq = t.seq where m.deleted_at is not null`;
const REMAINS = `
select 'the body of chat ' || chat_id || ' seq ' || seq as remain from messages
  where deleted_at is not null and (body <> '' or entities is not null or forward is not null or pinned_at is not null or media is not null)
${['message_versions', 'reactions', 'pins', 'mentions', 'message_media'].map(table => `\nunion all ${remainsIn(table)}`).join('')}`;

const NUMBERED = "select from information_schema.columns where table_name = 'messages' and column_name = 'rev'";

/** From now on. False where the tables are of a version that numbers no changes. */
export async function watchNumbers(dsn: string): Promise<boolean> {
  const numbered = (await administer(dsn, NUMBERED)).length > 0;
  if (numbered) await administer(dsn, WATCH);
  return numbered;
}

export async function readNumbers(dsn: string): Promise<Numbers> {
  const [given, last, remains] = await Promise.all([
    administer<Numbered>(dsn, GIVEN),
    administer<{ id: string; last: number }>(dsn, LAST),
    administer<{ remain: string }>(dsn, REMAINS),
  ]);
  return {
    given,
    last: new Map(last.map(chat => [chat.id, chat.last])),
    remains: remains.map(({ remain }) => remain),
  };
}
