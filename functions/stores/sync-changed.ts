/** Which messages of a chat have changed after a client's cursor, without what they say. */
import type { Sql } from 'function-runtime';
import type { ChangedAfter } from '../domain/sync-page.js';
import { coalesce } from './coalesce.js';
import { hides } from './hides.js';
import { OCTETS } from './rows.js';
import type { SyncRow } from './sync-chats.js';

/** Changed messages of a chat, whether the asker sees them or not. More than one answer has. */
const MOST_LOOKED_AT = 2_000;
/** Changed messages in one statement. */
const MOST_ROWS = 10_000;

export const CHANGED_OF = 'm.chat_id = s.chat_id and m.rev > 0 and m.rev > s.since and m.rev <= s.upto';

/** Whether the asker of `s` does not hide message `m` from themselves. */
export const SHOWN = `(s.hidden_to is null or m.seq > s.hidden_to or not ${hides('s.user_id', 's.chat_id', 'm.seq')})`;

// So many are told as an answer has room for, and one more: that one is left out, if none before it is. Of what the asker
// hides there may be a million before one that is shown: so many are looked at, and where that ends is told.
const CHANGED = `
select w.*
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    with ordinality as s (chat_id, user_id, hidden_to, since, upto, room, looked_at, n)
  cross join lateral (
    select json_agg(json_build_array(seq, rev, octets) order by rev) filter (where shown and nth <= s.room + 1) as rows,
      case when count(*) = s.looked_at then max(rev) else s.upto end as until
    from (select *, count(*) filter (where shown) over (order by rev) as nth from (
      select m.seq, m.rev, ${OCTETS} as octets, ${SHOWN} as shown from messages m where ${CHANGED_OF}
      order by m.rev limit s.looked_at) m) m) w
order by s.n`;

interface Row {
  rows: [seq: number, rev: number, octets: number][] | null;
  until: number;
}

const lookedAt = ({ hiddenTo, room }: SyncRow): number => (hiddenTo === null ? room + 1 : MOST_LOOKED_AT);

/** Nothing is looked at where nothing can be told. */
export function changedAfter(sql: Sql): (userId: string, chat: SyncRow) => Promise<ChangedAfter> {
  const ask = coalesce(
    async (chats: readonly (SyncRow & { readonly userId: string })[]) => {
      const rows = await sql.read<Row>('sync-changed', CHANGED, [
        ...(['chatId', 'userId', 'hiddenTo', 'since', 'lastChange', 'room'] as const).map(column =>
          chats.map(chat => chat[column]),
        ),
        chats.map(lookedAt),
      ]);
      return rows.map(({ rows, until }) => ({
        rows: (rows ?? []).map(([seq, rev, octets]) => ({ seq, rev, octets })),
        until,
      }));
    },
    { weigh: ({ room }) => room, mostWeight: MOST_ROWS },
  );
  return async (userId, chat) => {
    const { room, since, lastChange, missing, outdated } = chat;
    if (since < lastChange && room > 0) return ask({ ...chat, userId });
    return { rows: [], until: missing + outdated === 0 ? lastChange : since };
  };
}
