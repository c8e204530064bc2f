/** What changes of messages are decided on, read under the locks of their chats. */
import type { Sql } from 'function-runtime';
import type { Alteration, Change } from '../domain/change.js';
import type { Ground } from '../domain/ledger.js';
import type { ChatType, Message } from '../domain/model.js';
import type { Standing } from '../ports/members.js';
import { hides } from './hides.js';
import { lockMedia } from './media-rows.js';
import { COLUMNS, chatKey, type MessageRow, messageOf } from './rows.js';

const LOCK = `
select c.* from (select distinct chat_id from unnest($1::uuid[]) as t (chat_id) order by chat_id) w cross join lateral (
  select id, type, first_seq as "firstSeq", last_change as "lastChange", keep_versions as "keepVersions"
  from chats where id = w.chat_id for no key update) c`;

// Statements after LOCK: they see what those who held the locks before have committed. What a change does not need is not
// looked up. Reactions are counted anew each time, so that what the message says of them cannot drift from the rows.
const MESSAGES = `
select ${COLUMNS},
  case when k.edited then (select max(version) from message_versions v where v.chat_id = k.chat_id and v.seq = k.seq) end
    as edits,
  case when k.edited then (select max(at) from message_versions v
    where v.chat_id = k.chat_id and v.seq = k.seq and v.body is not null) end as kept_at,
  case when k.reacted then (select coalesce(json_agg(r order by r.emoji), '[]') from (
    select emoji, count(*) from reactions r where r.chat_id = k.chat_id and r.seq = k.seq group by emoji) r) end as counts,
  case when k.pinned then (select count(*) from pins p where p.chat_id = k.chat_id) end as pins
from unnest($1::uuid[], $2::bigint[], $3::boolean[], $4::boolean[], $5::boolean[])
    as k (chat_id, seq, edited, reacted, pinned)
  cross join lateral (select ${COLUMNS} from messages m where m.chat_id = k.chat_id and m.seq = k.seq limit 1) m`;

const PEOPLE = `
select coalesce((select case when left_at is null then role else 'former' end from members m
    where m.chat_id = k.chat_id and m.user_id = k.user_id), 'outsider') as standing,
  array(select emoji from reactions r where r.chat_id = k.chat_id and r.seq = k.seq and r.user_id = k.user_id) as own,
  (select seq from message_versions v
    where ${chatKey('v.chat_id')} = ${chatKey('k.chat_id')} and v.editor_id = k.user_id and v.client_id = k.client_id) as "usedFor",
  ${hides('k.user_id', 'k.chat_id', 'k.seq')} as hidden
from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[]) with ordinality as k (chat_id, seq, user_id, client_id, n)
order by k.n`;

interface ChatRow {
  id: string;
  type: ChatType;
  firstSeq: number;
  lastChange: number;
  keepVersions: boolean;
}

interface FoundRow extends MessageRow {
  edits: number | null;
  kept_at: Date | null;
  counts: Message['reactions'] | null;
  pins: number | null;
}

interface PersonRow {
  standing: Standing;
  own: string[];
  usedFor: number | null;
  hidden: boolean;
}

const nameOf = (change: Change): string | null => (change.kind === 'edit' ? change.clientId : null);
const placeOf = ({ chatId, seq }: Pick<Alteration, 'chatId' | 'seq'>): string => `${chatId}/${seq}`;
const personOf = (change: Change): string => `${placeOf(change)}/${change.userId}/${nameOf(change) ?? ''}`;
/** A change of each key, in the order in which the keys come up. */
const oneOfEach = <Of extends Alteration>(changes: readonly Of[], keyOf: (change: Of) => string): Map<string, Of> =>
  new Map(changes.map(change => [keyOf(change), change]));

const LETS_GO = new Set<Alteration['kind']>(['edit', 'delete', 'describe']);

/** Locks the chats, in order of their ids, then the media that are named, and reads what there is. */
export async function groundOf(tx: Pick<Sql, 'query'>, alterations: readonly Alteration[]): Promise<Ground> {
  const locked = await tx.query<ChatRow>('changes-lock', LOCK, [alterations.map(({ chatId }) => chatId)]);

  const changes = alterations.flatMap(each => (each.kind === 'describe' ? [] : [each]));
  const places = [...oneOfEach(alterations, placeOf).values()];
  const named = (kind: Change['kind']) => {
    const keys = new Set(changes.filter(change => change.kind === kind).map(placeOf));
    return places.map(place => keys.has(placeOf(place)));
  };
  const rows = await tx.query<FoundRow>('changes-messages', MESSAGES, [
    ...(['chatId', 'seq'] as const).map(column => places.map(place => place[column])),
    ...(['edit', 'react', 'pin'] as const).map(named),
  ]);

  // What a message names is named no more when it is edited or deleted, and may be gone then.
  const naming = new Set(alterations.flatMap(each => (LETS_GO.has(each.kind) ? [placeOf(each)] : [])));
  const media = await lockMedia(tx, [
    ...alterations.flatMap(each => ('media' in each && each.media ? each.media : [])),
    ...rows.flatMap(row =>
      naming.has(placeOf({ chatId: row.chat_id, seq: row.seq })) ? (row.media ?? []).map(({ id }) => id) : [],
    ),
  ]);

  const people = oneOfEach(changes, personOf);
  const asked = [...people.values()];
  const persons = await tx.query<PersonRow>('changes-people', PEOPLE, [
    ...(['chatId', 'seq', 'userId'] as const).map(column => asked.map(change => change[column])),
    asked.map(nameOf),
  ]);

  const pins = new Map(rows.flatMap(row => (row.pins === null ? [] : [[row.chat_id, row.pins]])));
  const chats = new Map(locked.map(chat => [chat.id, { ...chat, pins: pins.get(chat.id) ?? 0 }]));
  const messages = new Map(rows.map(row => [placeOf({ chatId: row.chat_id, seq: row.seq }), foundOf(row)]));
  const found = new Map([...people.keys()].map((key, at) => [key, persons[at] as PersonRow]));
  return {
    chat: ({ chatId }) => chats.get(chatId),
    message: change => messages.get(placeOf(change)),
    media: id => media.get(id),
    person(change) {
      const { usedFor, ...person } = found.get(personOf(change)) as PersonRow;
      return { ...person, usedFor: usedFor ?? undefined };
    },
  };
}

function foundOf(row: FoundRow) {
  const message = messageOf(row);
  return {
    message: row.counts ? { ...message, reactions: row.counts } : message,
    edits: row.edits ?? 0,
    keptAt: row.kept_at?.toISOString() ?? null,
  };
}
