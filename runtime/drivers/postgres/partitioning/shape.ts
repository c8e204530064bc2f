/** A partitioned table that is like another one: columns, keys, indexes, rights and what the planner is told of columns. */
import { copyOf, formerOf, type PartitionSpec, partitionOf, type Queries } from './spec.js';

interface Index {
  readonly name: string;
  readonly primary: boolean;
  readonly unique: boolean;
  /** Whether its key has the column that the table is partitioned by. */
  readonly told: boolean;
  /** From the method on: `btree (chat_id, rev) INCLUDE (seq) WHERE (rev > 0)`. */
  readonly definition: string;
}

const INDEXES = `
select c.relname as name, i.indisprimary as primary, i.indisunique as unique, substring(pg_get_indexdef(c.oid) from ' USING (.*)$') as definition,
  exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attname = $2
    and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])) as told
from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = $1::regclass and i.indisvalid and i.indislive order by c.relname`;

export const indexesOf = (db: Queries, table: string, by: string): Promise<Index[]> => db.any(INDEXES, [table, by]);

const COLUMNS = `
select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required, attcollation::int as collation
from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`;

interface Column {
  readonly name: string;
}

export const columnsOf = (db: Queries, table: string): Promise<Column[]> => db.any(COLUMNS, [table]);

const OPTIONS = `
select (select array_to_string(reloptions, ', ') from pg_class where oid = $1::regclass) as storage, array(
  select format('alter column %I set (%s)', attname, array_to_string(attoptions, ', ')) from pg_attribute
  where attrelid = $1::regclass and attnum > 0 and not attisdropped and attoptions is not null) as columns`;

const RIGHTS = `
select format('grant %s on %I to %s%s', r.privilege_type, $2, case r.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(r.grantee)) end,
  case when r.is_grantable then ' with grant option' else '' end) as grant
from pg_class c, aclexplode(c.relacl) r where c.oid = $1::regclass and r.grantee <> c.relowner`;

const OWNER = `
select format('alter table %I owner to %I', $2, pg_get_userbyid(relowner)) as change from pg_class
where oid = $1::regclass and relowner <> (select oid from pg_roles where rolname = current_user)`;

/** A unique index of a partitioned table has to have the column that it is partitioned by, wherever. */
export function withColumn(definition: string, column: string): string {
  let depth = 0;
  for (let at = definition.indexOf('('); at < definition.length; at += 1) {
    if (definition[at] === '(') depth += 1;
    if (definition[at] === ')') depth -= 1;
    if (depth === 0) return `${definition.slice(0, at)}, ${column}${definition.slice(at)}`;
  }
  throw new Error(`an index without columns: ${definition}`);
}

export const indexLike = ({ unique, told, definition }: Index, by: string): string =>
  unique && !told ? withColumn(definition, by) : definition;

/** Empty, under the names of a copy. */
export async function createCopy(db: Queries, name: string, partitions: number, { by }: PartitionSpec): Promise<void> {
  const copy = copyOf(name);
  await db.none(`create table ${copy} (like ${name} including all excluding indexes) partition by hash (${by})`);
  const { storage, columns } = await db.one<{ storage: string | null; columns: string[] }>(OPTIONS, [name]);
  for (let remainder = 0; remainder < partitions; remainder += 1) {
    const partition = partitionOf(name, remainder);
    const bounds = `for values with (modulus ${partitions}, remainder ${remainder})`;
    await db.none(`create table ${partition} partition of ${copy} ${bounds}${storage ? ` with (${storage})` : ''}`);
    for (const column of columns) await db.none(`alter table ${partition} ${column}`);
  }
  for (const index of await indexesOf(db, name, by)) {
    const definition = indexLike(index, by);
    if (index.primary) {
      const key = definition.slice(definition.indexOf('('));
      await db.none(`alter table ${copy} add constraint ${copyOf(index.name)} primary key ${key}`);
    } else {
      await db.none(
        `create ${index.unique ? 'unique ' : ''}index ${copyOf(index.name)} on ${copy} using ${definition}`,
      );
    }
  }
  for (const { grant } of await db.any<{ grant: string }>(RIGHTS, [name, copy])) await db.none(grant);
  for (const { change } of await db.any<{ change: string }>(OWNER, [name, copy])) await db.none(change);
}

/** What a migration has done to the table that its copy does not know; undefined if nothing. */
export async function difference(db: Queries, name: string, { by }: PartitionSpec): Promise<string | undefined> {
  const shape = async (table: string) => {
    const indexes = await indexesOf(db, table, by);
    const defined = indexes.map(
      index => `${index.primary ? 'key' : index.unique ? 'unique' : 'index'} ${indexLike(index, by)}`,
    );
    return { columns: await columnsOf(db, table), indexes: defined.sort() };
  };
  const [now, then] = [await shape(name), await shape(copyOf(name))];
  for (const what of ['columns', 'indexes'] as const) {
    if (JSON.stringify(now[what]) !== JSON.stringify(then[what])) return `${name} has other ${what} by now`;
  }
  return undefined;
}

/** The copy takes the place and the names of the table, whose own end in `_former` from then on. */
export async function swap(db: Queries, name: string, { by }: PartitionSpec): Promise<void> {
  const indexes = await indexesOf(db, name, by);
  await db.none(`alter table ${name} rename to ${formerOf(name)}`);
  await db.none(`alter table ${copyOf(name)} rename to ${name}`);
  for (const index of indexes) {
    await db.none(`alter index ${index.name} rename to ${formerOf(index.name)}`);
    await db.none(`alter index ${copyOf(index.name)} rename to ${index.name}`);
  }
}
