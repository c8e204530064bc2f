/** Triggers by which everything that is written to a table is written to its copy, in the same transaction. */
import { columnsOf } from './shape.js';
import { copyOf, type PartitionSpec, type Queries } from './spec.js';

const mirrorOf = (name: string): string => `${name}_mirror`;

const KEY = `
select a.attname as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
where i.indrelid = $1::regclass and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)`;

/** As whoever moves: who writes the table needs no right of its own to the copy. */
export async function createMirror(db: Queries, name: string): Promise<void> {
  const key = (await db.any<{ name: string }>(KEY, [name])).map(column => `"${column.name}"`);
  const columns = (await columnsOf(db, name)).map(column => `"${column.name}"`);
  const others = columns.filter(column => !key.includes(column));
  const change = others.map(column => `${column} = excluded.${column}`).join(', ');
  await db.none(`
create function ${mirrorOf(name)}() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    delete from ${copyOf(name)} where ${key.map(column => `${column} = old.${column}`).join(' and ')};
  else
    insert into ${copyOf(name)} (${columns.join(', ')}) values (${columns.map(column => `new.${column}`).join(', ')})
    on conflict (${key.join(', ')}) do ${change ? `update set ${change}` : 'nothing'};
  end if;
  return null;
end $$`);
  await db.none(`create trigger ${mirrorOf(name)} after insert or update or delete on ${name}
for each row execute function ${mirrorOf(name)}()`);
}

export async function dropMirror(db: Queries, name: string): Promise<void> {
  await db.none(`drop trigger if exists ${mirrorOf(name)} on ${name}`);
  await db.none(`drop function if exists ${mirrorOf(name)}()`);
}

const IN_THE_WAY = `
select 'trigger ' || tgname as what from pg_trigger where tgrelid = $1::regclass and not tgisinternal
union all select 'view ' || v.oid::regclass from pg_depend d join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
  join pg_class v on v.oid = w.ev_class where d.refclassid = 'pg_class'::regclass and d.refobjid = $1::regclass
union all select 'policy ' || polname from pg_policy where polrelid = $1::regclass
union all select 'publication ' || p.pubname from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where r.prrelid = $1::regclass
union all select 'foreign key ' || conname from pg_constraint where contype = 'f' and $1::regclass in (conrelid, confrelid)
union all select 'constraint ' || conname from pg_constraint where contype in ('u', 'x') and conrelid = $1::regclass
union all select 'child ' || inhrelid::regclass from pg_inherits where $1::regclass in (inhrelid, inhparent)
union all select 'index that is not finished, ' || indexrelid::regclass from pg_index where indrelid = $1::regclass and not indisvalid
limit 1`;

/** What hangs on the table itself, and would stay with it when its copy takes its name; undefined if nothing. */
export async function inTheWay(db: Queries, { tables }: PartitionSpec): Promise<string | undefined> {
  for (const { name } of tables) {
    const [found] = await db.any<{ what: string }>(IN_THE_WAY, [name]);
    if (found) return `${name} has a ${found.what}, which would not follow it`;
  }
  return undefined;
}
