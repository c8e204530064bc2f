/** Rows are moved, and compared, a stretch of owners and numbers at a time, in the order of both. */
import { columnsOf } from './shape.js';
import { BEGINNING, copyOf, END, type PartitionedTable, type PartitionSpec, type Place, type Queries } from './spec.js';

const BOUND = (table: string, by: string, number: string): string => `
select ${by} as owner, ${number} as number from ${table} where (${by}, ${number}) > ($1::uuid, $2::bigint)
order by ${by}, ${number} offset $3 limit 1`;

/** The last of the next so many rows of the first table. */
export async function nextPlace(
  db: Queries,
  { tables, by, number }: PartitionSpec,
  after: Place,
  rows: number,
): Promise<Place> {
  const [first] = tables as [PartitionedTable];
  const found = await db.oneOrNone<Place>(BOUND(first.name, by, number), [after.owner, after.number, rows - 1]);
  return found ?? END;
}

/**
 * The owners whose rows may lie between two places, locked in order of their keys. What belongs to any other has been written
 * since, and so has been mirrored.
 */
async function lockOwners(db: Queries, spec: PartitionSpec, after: Place, upto: Place): Promise<readonly string[]> {
  const { owner, by, tables } = spec;
  const [first] = tables as [PartitionedTable];
  const rows = await db.any<{ key: string }>(
    `select m.owner as key, o.key as locked from (
      select distinct ${by} as owner from ${first.name} where ${by} > $1::uuid and ${by} < $2::uuid
      union select $1::uuid union select $2::uuid order by 1) m
    left join lateral (select ${owner.key} as key from ${owner.table} where ${owner.key} = m.owner for no key update) o on true`,
    [after.owner, upto.owner],
  );
  return rows.map(({ key }) => key);
}

/**
 * Within a transaction. Nobody writes or deletes what is copied meanwhile, but whoever has no lock may update it: then what is
 * in the copy already is newer, and stays. All tables in one statement, since owners are locked as long as it takes.
 */
export async function copyStretch(
  db: Queries,
  spec: PartitionSpec,
  columns: Columns,
  after: Place,
  upto: Place,
): Promise<void> {
  const values = [after.owner, after.number, upto.owner, upto.number];
  const owners = await lockOwners(db, spec, after, upto);
  const parts = spec.tables.map(table => {
    const place = table.place ?? String;
    const names = columns.get(table.name) as readonly string[];
    return `${table.name}_copied as (
      insert into ${copyOf(table.name)} (${names.join(', ')})
      select ${names.map(name => `m.${name}`).join(', ')} from owner o cross join lateral (
        select * from ${table.name} m
        where ${place(`m.${spec.by}`)} = ${place('o.key')} and m.${spec.number} > o.after and m.${spec.number} <= o.upto offset 0) m
      on conflict do nothing)`;
  });
  // Numbers of each owner by themselves: beside an equal key, an index does not begin where a pair of key and number says.
  const bounds = `owner as materialized (
    select key, case when key = $1::uuid then $2::bigint else ${BEGINNING.number} end as after,
      case when key = $3::uuid then $4::bigint else ${END.number} end as upto
    from unnest($5::uuid[]) as o (key))`;
  const progress = 'update partitioning set owner = $3, number = $4';
  await db.none(`with ${[bounds, ...parts].join(', ')} ${progress}`, [...values, owners]);
}

/** By table, the columns of its copy. */
export type Columns = ReadonlyMap<string, readonly string[]>;

export async function columnsOfCopies(db: Queries, { tables }: PartitionSpec): Promise<Columns> {
  const columns = new Map<string, readonly string[]>();
  for (const { name } of tables)
    columns.set(
      name,
      (await columnsOf(db, copyOf(name))).map(column => `"${column.name}"`),
    );
  return columns;
}

/** The names of tables whose copies are not the same between two places. Each is compared at one moment. */
export async function differing(
  db: Queries,
  spec: PartitionSpec,
  after: Place,
  upto: Place,
): Promise<readonly string[]> {
  const values = [after.owner, after.number, upto.owner, upto.number];
  // The rest of the first owner, whole ones, the beginning of the last: an index does not end where a pair of key and number says.
  const sum = ({ place = String }: PartitionedTable, name: string): string => {
    const of = (is: string, owner: string): string => `${place(`m.${spec.by}`)} ${is} ${place(`${owner}::uuid`)}`;
    const number = `m.${spec.number}`;
    const ranges = [
      `${of('=', '$1')} and ${number} > $2::bigint and ${number} <= case when $1 = $3 then $4::bigint else ${END.number} end`,
      `${of('>', '$1')} and ${of('<', '$3')}`,
      `${of('=', '$3')} and ${number} <= $4::bigint and $1 <> $3`,
    ];
    const rows = ranges.map(range => `select hashtextextended(m::text, 0) as h from ${name} m where ${range}`);
    return `(select count(*) as rows, bit_xor(h) as sum from (${rows.join(' union all ')}) m)`;
  };
  const compared = spec.tables.map(
    table => `select '${table.name}' as name, a.rows = b.rows and a.sum is not distinct from b.sum as same
    from ${sum(table, table.name)} a, ${sum(table, copyOf(table.name))} b`,
  );
  const rows = await db.any<{ name: string; same: boolean }>(compared.join(' union all '), values);
  const wrong = rows.filter(({ same }) => !same).map(({ name }) => name);
  return wrong;
}
