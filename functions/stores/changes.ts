/** What becomes of messages, in PostgreSQL. */
import type { Sql } from 'function-runtime';
import { ANSWER_BYTES, bytesOf, fitting } from '../domain/bytes.js';
import type { Version } from '../domain/change.js';
import { createLedger } from '../domain/ledger.js';
import { LIMITS } from '../domain/names.js';
import type { ChangeStore } from '../ports/changes.js';
import { groundOf } from './ground.js';
import { hides } from './hides.js';
import { insider } from './insider.js';
import { withMine } from './mine.js';
import { COLUMNS, type MaybeRow, type MessageRow, messageOf, messagesOf } from './rows.js';
import { writeChanges } from './write-changes.js';

// One row at least where the message is there: of who reacted nothing, if nobody did.
const REACTORS = `
select r.user_id as "userId", r.emoji, r.at from ${insider('$1', '$6')} v cross join (
  select from messages where chat_id = $1 and seq = $2 and not ${hides('$6', '$1', '$2')} limit 1) m
left join lateral (
  select user_id, emoji, at from reactions
  where chat_id = $1 and seq = $2 and (user_id, emoji) > ($3, $4) order by user_id, emoji limit $5) r on true
order by r.user_id, r.emoji`;

const FIRST = '00000000-0000-0000-0000-000000000000';

// The newest first: the oldest ones are cut where there are too many.
const VERSIONS = `
select c.keep_versions as kept, ${COLUMNS}, array(
  select json_build_object('body', v.body, 'at', v.at) from message_versions v
  where v.chat_id = m.chat_id and v.seq = m.seq and v.body is not null order by v.version desc limit $3) as versions
from ${insider('$1', '$4')} v cross join (
  select ${COLUMNS} from messages m
  where m.chat_id = $1 and m.seq = $2 and m.deleted_at is null and not ${hides('$4', '$1', '$2')} limit 1) m
  cross join lateral (select keep_versions from chats where id = m.chat_id limit 1) c`;

// One row at least where the viewer is in the chat.
const PINS = `
select m.* from ${insider('$1', '$2')} v left join lateral (
  select ${COLUMNS}, p.at from (select * from pins where chat_id = $1 order by at desc, seq desc limit ${LIMITS.pins}) p
    cross join lateral (select ${COLUMNS} from messages m where m.chat_id = p.chat_id and m.seq = p.seq limit 1) m
  where not ${hides('$2', 'p.chat_id', 'p.seq')}) m on true
order by m.at desc, m.seq desc`;

interface VersionsRow extends MessageRow {
  kept: boolean;
  versions: { body: string; at: string }[];
}

/** Nothing but nulls where nobody reacted. */
type ReactorRow =
  | { readonly userId: string; readonly emoji: string; readonly at: Date }
  | { readonly userId: null; readonly emoji: null; readonly at: null };

/** Those who send may change and delete what they sent for so many milliseconds; always where that is 0. */
export function changeStore(sql: Sql, { editWindowMs }: { readonly editWindowMs: number }): ChangeStore {
  return {
    async apply(changes) {
      if (changes.length === 0) return [];
      return sql.transaction(async tx => {
        const ledger = createLedger(await groundOf(tx, changes), editWindowMs);
        const entries = changes.map(ledger.enter);
        const writes = ledger.writes();
        if (writes.messages.length + writes.versions.length > 0) await writeChanges(tx, writes);
        return entries.map(({ message, change, was, refusal }) => {
          const now = message();
          const known = { ...(now && { message: now }), ...(was !== undefined && { was }) };
          return { ...known, change, ...(refusal && { refused: refusal }) };
        });
      });
    },

    async reactors({ chatId, seq }, viewerId, { limit, after }) {
      const rows = await sql.read<ReactorRow>('changes-reactors', REACTORS, [
        ...[chatId, seq, after?.userId ?? FIRST, after?.emoji ?? '', limit, viewerId],
      ]);
      if (rows.length === 0) return undefined;
      return rows.flatMap(({ userId, emoji, at }) =>
        userId === null ? [] : [{ userId, emoji, at: at.toISOString() }],
      );
    },

    async versions({ chatId, seq }, viewerId) {
      const [row] = await sql.read<VersionsRow>('changes-versions', VERSIONS, [chatId, seq, LIMITS.edits, viewerId]);
      if (!row?.kept) return undefined;
      const { body, sentAt, editedAt: at = sentAt } = messageOf(row);
      const before = row.versions.map((version): Version => ({ body: version.body, at: iso(version.at) }));
      const all = before[0]?.at === at ? before : [{ body, at }, ...before];
      return all.slice(0, fitting(all.map(bytesOf), ANSWER_BYTES)).reverse();
    },

    async pins(chatId, viewerId) {
      const rows = await sql.read<MaybeRow>('changes-pins', PINS, [chatId, viewerId]);
      if (rows.length === 0) return undefined;
      const found = messagesOf(rows);
      return withMine(sql, viewerId, found.slice(0, fitting(found.map(bytesOf))));
    },
  };
}

const iso = (time: string): string => new Date(time).toISOString();
