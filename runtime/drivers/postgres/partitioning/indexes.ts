/**
 * What a statement of an online migration is for a table that is partitioned: PostgreSQL builds no index of one concurrently, but
 * each partition's, and takes them together when all are there.
 */
import { partitionOf, type Queries } from './spec.js';

const COMMENTS = /^\s*--.*$/gm;
const CREATE = /^create\s+(unique\s+)?index\s+concurrently\s+(\w+)\s+on\s+(\w+)\s*([\s\S]*?);?$/i;
const DROP = /^drop\s+index\s+concurrently\s+if\s+exists\s+(\w+)\s*;?$/i;

const PARTITIONS = `
select p.relname as name, exists (
  select from pg_index x join pg_inherits h on h.inhrelid = x.indexrelid where x.indrelid = p.oid and h.inhparent = to_regclass($2)) as done
from pg_inherits i join pg_class p on p.oid = i.inhrelid join pg_class t on t.oid = i.inhparent
where t.oid = to_regclass($1) and t.relkind = 'p' order by p.oid`;

const IS_PARTITIONED_INDEX = `select from pg_class where oid = to_regclass($1) and relkind = 'I'`;

/** So long writers wait behind a step that waits for other writers; who is in its way for longer has it left for the next try. */
const BRIEFLY = "set local lock_timeout = '2s';";

/** The same statement where it concerns no partitioned table. What is there already, of an attempt before, stays. */
export async function onPartitions(db: Queries, statement: string): Promise<readonly string[]> {
  const text = statement.replaceAll(COMMENTS, '').trim();
  const [, dropped] = DROP.exec(text) ?? [];
  if (dropped) return (await db.any(IS_PARTITIONED_INDEX, [dropped])).length > 0 ? [] : [statement];
  const [, unique = '', index, table, rest = ''] = CREATE.exec(text) ?? [];
  if (!index || !table) return [statement];
  const partitions = await db.any<{ name: string; done: boolean }>(PARTITIONS, [table, index]);
  if (partitions.length === 0) return [statement];
  const parts = partitions.map(({ name, done }, at) => ({ name, done, own: partitionOf(index, at) }));
  return [
    `${BRIEFLY} create ${unique}index if not exists ${index} on only ${table} ${rest}`,
    ...parts
      .filter(({ done }) => !done)
      .flatMap(({ name, own }) => [
        `drop index concurrently if exists ${own}`,
        `create ${unique}index concurrently ${own} on ${name} ${rest}`,
        `${BRIEFLY} alter index ${index} attach partition ${own}`,
      ]),
  ];
}
