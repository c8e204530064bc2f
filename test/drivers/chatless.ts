/** Where a statement looks for rows of chats without naming the chat, by PostgreSQL's own parser. */
import { parse } from 'libpg-query';

type Tree = { readonly [member: string]: Tree } & { readonly [index: number]: Tree };

/** A table in the scope of a query, by the name that it has there. */
interface Looked {
  readonly table: string;
  readonly alias: string;
}

const SCOPES = ['SelectStmt', 'larg', 'rarg', 'UpdateStmt', 'DeleteStmt'];

/**
 * The tables, of these with the column of each that names the chat, in which the statement finds rows by anything but one chat
 * at a time: in whose scope no condition that must hold says that the column equals one value, a parameter's or another
 * table's. A list (`= any`), an expression of the column and a condition under `or` do not count.
 */
export async function chatless(text: string, columns: ReadonlyMap<string, string>): Promise<readonly string[]> {
  return [...new Set(lookedAt((await parse(text)) as unknown as Tree, columns))].sort();
}

function* lookedAt(tree: Tree, columns: ReadonlyMap<string, string>): Generator<string> {
  for (const [name, child] of Object.entries(tree)) {
    if (typeof child !== 'object' || child === null) continue;
    if (SCOPES.includes(name) && (child.fromClause || child.relation || child.whereClause))
      yield* unnamed(child, columns);
    yield* lookedAt(child, columns);
  }
}

function* unnamed(scope: Tree, columns: ReadonlyMap<string, string>): Generator<string> {
  const conditions: Tree[] = [...conjuncts(scope.whereClause)];
  const sources = [
    scope.relation && { RangeVar: scope.relation },
    ...list(scope.fromClause),
    ...list(scope.usingClause),
  ];
  const tables: Looked[] = sources.flatMap(source => [...tablesIn(source as Tree | undefined, conditions)]);
  const chats = tables.flatMap(({ table, alias }) => {
    const column = columns.get(table);
    return column === undefined ? [] : [{ table, alias, column }];
  });
  const isOf = ({ of, column }: Column, chat: (typeof chats)[number]): boolean =>
    column === chat.column && (of === chat.alias || (of === '' && chat.table === tables[0]?.table));
  // What is equal to the chat of another table of this scope is named where that one is.
  const equal = conditions.flatMap(equalled);
  let left = chats;
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    left = left.filter(
      chat =>
        !equal.some(sides =>
          sides.some((side, at) => isOf(side, chat) && !left.some(other => isOf(sides[1 - at] as Column, other))),
        ),
    );
  }
  yield* left.map(({ table }) => table);
}

const list = (tree: Tree | undefined): readonly Tree[] => (tree === undefined ? [] : (Object.values(tree) as Tree[]));

/** Adds the conditions of joins to the others: what must hold for a row to be found. */
function* tablesIn(source: Tree | undefined, conditions: Tree[]): Generator<Looked> {
  const table = source?.RangeVar as unknown as { relname: string; alias?: { aliasname: string } } | undefined;
  if (table) yield { table: table.relname, alias: table.alias?.aliasname ?? table.relname };
  const join = source?.JoinExpr;
  if (!join) return;
  conditions.push(...conjuncts(join.quals));
  yield* tablesIn(join.larg, conditions);
  yield* tablesIn(join.rarg, conditions);
}

function conjuncts(condition: Tree | undefined): readonly Tree[] {
  if (condition === undefined) return [];
  const { BoolExpr: both } = condition;
  return both && String(both.boolop) === 'AND_EXPR' ? list(both.args).flatMap(conjuncts) : [condition];
}

interface Column {
  readonly of: string;
  readonly column: string;
}

/** Both sides of what is said to be equal; what is no column has no name. */
function equalled(condition: Tree): readonly (readonly Column[])[] {
  const is = condition.A_Expr;
  if (!is || String(is.kind) !== 'AEXPR_OP' || String(is.name?.[0]?.String?.sval) !== '=') return [];
  return [
    [is.lexpr, is.rexpr].map(side => {
      const fields = list(side?.ColumnRef?.fields).map(field => String(field.String?.sval ?? ''));
      return { of: fields.length > 1 ? (fields[0] as string) : '', column: fields.at(-1) ?? '' };
    }),
  ];
}
