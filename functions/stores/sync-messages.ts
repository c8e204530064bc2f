/**
 * The messages of an answer of `sync`, within its bytes. Clients that ask at the same time share statements, and what
 * several of them have missed is read once. What may come to more than one answer holds is sized before it is read, and
 * those who have missed so much wait for each other, and nobody for them.
 */
import type { Sql } from 'function-runtime';
import { ANSWER_BYTES, bytesOf, fitting, LONGEST_MESSAGE_BYTES } from '../domain/bytes.js';
import type { Message } from '../domain/model.js';
import type { Changed } from '../domain/sync-page.js';
import { coalesce } from './coalesce.js';
import { inTurn } from './in-turn.js';
import { withMine } from './mine.js';
import { COLUMNS, ENVELOPE_BYTES, type MessageRow, messageOf, OCTETS } from './rows.js';
import { CHANGED_OF, SHOWN } from './sync-changed.js';

/** What has changed once more since its length was asked is not among them: it is told with what changed after `upto`. */
const RETOLD = `
select m.*, s.n
from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    as s (n, chat_id, user_id, held, hidden_to, since, upto, count)
  cross join lateral (
    select ${COLUMNS} from messages m where ${CHANGED_OF} and m.seq <= s.held and ${SHOWN} order by m.rev limit s.count) m`;

// The length of a text that is stored apart from its row is told without reading it.
const LENGTHS = `
select (select array_agg(${OCTETS} order by m.seq) from messages m
  where m.chat_id = s.chat_id and m.seq > s.after and m.seq <= s.upto) as octets
from unnest($1::uuid[], $2::bigint[], $3::bigint[]) with ordinality as s (chat_id, after, upto, n) order by s.n`;

const MESSAGES = `
select m.*, s.n from unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[]) as s (n, chat_id, after, upto)
cross join lateral (
  select ${COLUMNS} from messages m
  where m.chat_id = s.chat_id and m.seq > s.after and m.seq <= s.upto order by m.seq limit s.upto - s.after) m`;

/** So many messages fit whatever their text is. */
const SURE = Math.floor(ANSWER_BYTES / LONGEST_MESSAGE_BYTES);
/** Messages in one statement, of those who miss few; and lengths. */
const MOST_MESSAGES = 1_000;
const MOST_LENGTHS = 10_000;

/** Messages that follow each other. */
export interface Range {
  readonly chatId: string;
  readonly after: number;
  readonly upto: number;
  /** What its messages come to, where that was asked. */
  readonly bytes?: number;
}

/** Messages up to `held` that have changed after a change: all of them up to the last one of these, one at least. */
export interface Changes {
  readonly chatId: string;
  readonly userId: string;
  readonly held: number;
  readonly hiddenTo: number | null;
  readonly since: number;
  readonly rows: readonly Changed[];
  readonly bytes?: number;
}

type Part = Range | Changes;

export interface Found {
  readonly messages: readonly Message[];
  /** None was left out for want of room. */
  readonly whole: boolean;
}

const countOf = (part: Part): number => ('rows' in part ? part.rows.length : part.upto - part.after);
const lastOf = ({ rows, since }: Changes): number => rows.at(-1)?.rev ?? since;

const firstOf = (part: Part, count: number, bytes: number): Part =>
  'rows' in part ? { ...part, rows: part.rows.slice(0, count), bytes } : { ...part, upto: part.after + count, bytes };

/** Of what several askers have in common. */
function keyOf(part: Part): string {
  if (!('rows' in part)) return `${part.chatId} ${part.after} ${part.upto}`;
  const { chatId, userId, held, hiddenTo, since } = part;
  return `${chatId} changes ${since} ${lastOf(part)} ${countOf(part)} ${held} ${hiddenTo === null ? '' : userId}`;
}

const columnsOf = <Row>(rows: readonly Row[], columns: readonly (keyof Row)[]): unknown[] =>
  columns.map(column => rows.map(row => row[column]));

/** The messages of each part, as far as there is room in one answer. */
export function messagesOf(sql: Sql): (userId: string, parts: readonly Part[]) => Promise<readonly Found[]> {
  /** Nothing where nothing is asked for. */
  async function ask(name: string, text: string, columns: unknown[]): Promise<(MessageRow & { n: number })[]> {
    return (columns[0] as unknown[]).length > 0 ? sql.read(name, text, columns) : [];
  }

  const lengthsOf = coalesce(
    async (ranges: readonly Range[]) => {
      const columns = columnsOf(ranges, ['chatId', 'after', 'upto']);
      const rows = await sql.read<{ octets: number[] | null }>('sync-lengths', LENGTHS, columns);
      return rows.map(({ octets }) => octets ?? []);
    },
    { keyOf, weigh: countOf, mostWeight: MOST_LENGTHS },
  );

  async function load(parts: readonly Part[]): Promise<Message[][]> {
    const ranges = parts.flatMap((part, n) => ('rows' in part ? [] : [{ ...part, n }]));
    const changes = parts.flatMap((part, n) =>
      'rows' in part ? [{ ...part, n, upto: lastOf(part), count: countOf(part) }] : [],
    );
    const rows = await Promise.all([
      ask('sync-messages', MESSAGES, columnsOf(ranges, ['n', 'chatId', 'after', 'upto'])),
      ask(
        'sync-retold',
        RETOLD,
        columnsOf(changes, ['n', 'chatId', 'userId', 'held', 'hiddenTo', 'since', 'upto', 'count']),
      ),
    ]);
    const found = parts.map((): Message[] => []);
    for (const row of rows.flat()) found[row.n]?.push(messageOf(row));
    return found;
  }
  const few = coalesce(load, { keyOf, weigh: countOf, mostWeight: MOST_MESSAGES });
  const many = coalesce(load, { keyOf, weigh: ({ bytes = 0 }) => bytes, mostWeight: ANSWER_BYTES });
  const oneByOne = inTurn();

  async function fittingIn(userId: string, parts: readonly Part[]): Promise<readonly Found[]> {
    if (parts.reduce((sum, part) => sum + countOf(part), 0) <= SURE) {
      const found = await Promise.all(parts.map(few));
      return found.some(messages => messages.some(isMoreThanText)) ? cut(found, () => true) : found.map(asWhole);
    }
    const sizes = (
      await Promise.all(parts.map(part => ('rows' in part ? part.rows.map(({ octets }) => octets) : lengthsOf(part))))
    ).map(octets => octets.map(length => length + ENVELOPE_BYTES));
    const fit = portions(sizes, fitting(sizes.flat())).map((own, at) =>
      firstOf(
        parts[at] as Part,
        own.length,
        own.reduce((sum, size) => sum + size, 0),
      ),
    );
    const found = await oneByOne(userId, () => Promise.all(fit.map(part => (countOf(part) > 0 ? many(part) : []))));
    return cut(found, at => countOf(fit[at] as Part) === countOf(parts[at] as Part));
  }

  return async (userId, parts) => {
    const found = await fittingIn(userId, parts);
    const mine = await withMine(
      sql,
      userId,
      found.flatMap(({ messages }) => messages),
    );
    let at = 0;
    return found.map(({ messages: { length }, whole }) => {
      at += length;
      return { messages: mine.slice(at - length, at), whole };
    });
  };
}

const isMoreThanText = ({ media, preview }: Message): boolean => media !== undefined || preview !== undefined;
const asWhole = (messages: readonly Message[]): Found => ({ messages, whole: true });

/** As many as one answer has room for. */
const cut = (found: readonly (readonly Message[])[], isAll: (at: number) => boolean): Found[] =>
  portions(found, fitting(found.flat().map(bytesOf))).map((messages, at) => ({
    messages,
    whole: messages.length === found[at]?.length && isAll(at),
  }));

/** The first so many of all of them, each where it was. */
function portions<Item>(lists: readonly (readonly Item[])[], count: number): Item[][] {
  let left = count;
  return lists.map(list => {
    const own = list.slice(0, left);
    left -= own.length;
    return own;
  });
}
