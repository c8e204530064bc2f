/**
 * What goes when messages change: what was said before, reactions and pins that are taken back, mentions of who is mentioned
 * no more, media that are named no more, and all of it where the message is deleted. One statement for each chat that has any, under the chat's lock: rows
 * are found by one chat and lists of seqs in an index, which leaves the planner no join to choose. A chat may have very many
 * reactions, and PostgreSQL before 17 may look a list of seqs up in all that the chat has: they are found one message at a
 * time, and taken away by the place that they were found at, which is one in each partition, where there are any.
 */
import type { Sql } from 'function-runtime';
import type { Writes } from '../domain/ledger.js';
import { chatKey } from './rows.js';

/** The places of a chat's rows that go. */
const placesIn = (table: string, given: string, same = 'seq = g.seq'): string => `array(select r.place from ${given}
    cross join lateral (select ctid as place from ${table} where chat_id = $1 and ${same} offset 0) r)`;

const AT = `where ${chatKey('chat_id')} = ${chatKey('$1::uuid')} and ctid = any`;

// No two parts find the same rows: see Writes. Whether a body is there is asked in a way that no index answers: one of bodies
// knows no seqs.
const TAKE_AWAY = `
with superseded as (
  update message_versions set body = null
  where chat_id = $1 and seq = any ($2::bigint[]) and (body is null)::int = 0
), versions as (
  delete from message_versions where chat_id = $1 and seq = any ($3::bigint[])
), reacted as (
  delete from reactions ${AT} (${placesIn('reactions', 'unnest($3::bigint[]) as g (seq)')})
), pinned as (
  delete from pins where chat_id = $1 and seq = any ($3::bigint[] || $4::bigint[])
), withdrawn as (
  delete from reactions ${AT} (${placesIn(
    'reactions',
    'unnest($5::bigint[], $6::uuid[], $7::text[]) as g (seq, user_id, emoji)',
    'seq = g.seq and user_id = g.user_id and emoji = g.emoji',
  )})
), mentioned as (
  delete from mentions where ${chatKey('chat_id')} = ${chatKey('$1::uuid')} and seq = any ($8::bigint[])
    and not coalesce((seq, user_id) in (select * from unnest($9::bigint[], $10::uuid[])), false)
), unnamed as (
  delete from message_media where ctid = any (${placesIn('message_media', 'unnest($11::bigint[]) as g (seq)')})
)
select`;

type Place = Writes['deleted'][number];
type Going = Pick<Writes, 'superseded' | 'deleted' | 'pins' | 'reactions' | 'said' | 'renamed'>;

export async function takeAway(tx: Pick<Sql, 'query'>, { mentions, ...writes }: Writes): Promise<void> {
  const going: Going = {
    ...writes,
    pins: writes.pins.filter(({ at }) => at === null),
    reactions: writes.reactions.filter(({ at }) => at === null),
  };
  const lists: readonly (readonly Place[])[] = [
    going.superseded,
    going.deleted,
    going.pins,
    going.reactions,
    going.said,
    going.renamed,
  ];
  for (const chatId of new Set(lists.flat().map(place => place.chatId))) {
    const of = <P extends Place>(places: readonly P[]): P[] => places.filter(place => place.chatId === chatId);
    const seqs = (places: readonly Place[]): number[] => of(places).map(({ seq }) => seq);
    await tx.query('changes-take-away', TAKE_AWAY, [
      ...[chatId, seqs(going.superseded), seqs(going.deleted), seqs(going.pins)],
      ...[seqs(going.reactions), of(going.reactions).map(({ userId }) => userId)],
      ...[of(going.reactions).map(({ emoji }) => emoji), seqs(going.said)],
      ...[seqs(mentions), of(mentions).map(({ userId }) => userId), seqs(going.renamed)],
    ]);
  }
}
