/** A database that is none, with all messages that a sync asks for. Of what has changed, change `n` is of message `100 - n`. */
import { saying } from './database.js';

export interface HistoryOptions {
  /** What of a message the database says that it comes to, and its body. Default: 1,000 for both. */
  readonly octets?: number;
  readonly body?: string;
  /** Of these messages there are reactions. */
  readonly reacted?: readonly number[];
  /** Answers to other statements, by their names, and to these. */
  readonly answers?: Readonly<Record<string, (columns: unknown[][]) => unknown[]>>;
}

/** A database with all messages that are asked for, and what it was asked: the statements, and each one's columns. */
export function historyOf({
  octets = 1_000,
  body = 'x'.repeat(1_000),
  reacted = [],
  answers: more = {},
}: HistoryOptions = {}) {
  const asked: { readonly name: string; readonly values: unknown[][] }[] = [];
  const row = (n: unknown, chat_id: unknown, seq: number, rev = 0) => ({
    ...{ n, chat_id, seq, rev, id: `${chat_id}/${seq}`, client_id: 'k', sender_id: 'ben', body, reply_to: null },
    ...{ sent_at: '2026-01-01T12:00:00.000Z', edited_at: null, deleted_at: null, deleted_by: null, pinned_at: null },
    ...{ reactions: reacted.includes(seq) ? [{ emoji: '👍', count: 1 }] : null, entities: null, forward: null },
  });
  const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  const answers: Readonly<Record<string, (columns: unknown[][]) => unknown[]>> = {
    'sync-lengths': ([, after, upto]) =>
      (after as number[]).map((from, at) => ({ octets: upTo((upto?.[at] as number) - from).map(() => octets) })),
    'sync-messages': ([n, chat, after, upto]) =>
      (n as number[]).flatMap((asker, at) => {
        const from = after?.[at] as number;
        return upTo((upto?.[at] as number) - from).map(nth => row(asker, chat?.[at], from + nth));
      }),
    'sync-retold': ([n, chat, , , , since, upto]) =>
      (n as number[]).flatMap((asker, at) => {
        const from = since?.[at] as number;
        return upTo((upto?.[at] as number) - from).map(nth => row(asker, chat?.[at], 100 - from - nth, from + nth));
      }),
    'messages-mine': columns => (columns[2] as unknown[]).map(() => ({ mine: ['👍'] })),
    ...more,
  };
  const sql = saying(async (name, values) => {
    asked.push({ name, values: values as unknown[][] });
    await new Promise(setImmediate);
    return (answers[name] as (columns: unknown[][]) => unknown[])(values as unknown[][]);
  });
  return {
    sql,
    asked,
    names: () => asked.map(({ name }) => name),
    of: (name: string) => asked.flatMap(each => (each.name === name ? [each.values] : [])),
  };
}
