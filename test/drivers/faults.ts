/** What is wrong with the plans that a connection has made, seen by carrying them out. */
import { randomUUID } from 'node:crypto';
import { Failure } from '#runtime/contract/failure.js';
import type { Sql } from '#runtime/contract/ports.js';
import { preparedName } from '#runtime/drivers/postgres/statements.js';
import { argumentsOf, nodesOf, type Plan, rowsRead, TABLES, tableOf } from './explain.js';
import type { Statements } from './plans.contract.js';

/** A statement that asks for hundreds of rows reads each of them some times, and no others. */
const MOST_ROWS = 3_000;

/**
 * By the very plans that the connection has made: what reads a table from end to end, or many rows in vain. To analyse a
 * table, or to forget what is known of it, has them made anew. `look` is given each plan as it was carried out.
 */
export async function faultsOf(
  sql: Sql,
  statements: Statements,
  look: (name: string, plan: Plan) => void = () => {},
): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, { text, values }] of statements) {
    const plan = await performed(sql, name, text, values);
    look(name, plan);
    const nodes = nodesOf(plan).filter(node => TABLES.includes(tableOf(node)));
    for (const node of nodes) {
      const { 'Node Type': type, 'Relation Name': table, 'Index Name': index } = node;
      const whole = type === 'Seq Scan' || (/^Index/.test(type) && node['Index Cond'] === undefined);
      if (whole) faults.push(`${name}: ${type} of ${index ?? table}`);
      if (rowsRead(node) > MOST_ROWS) faults.push(`${name}: ${rowsRead(node)} rows of ${table} by ${index ?? type}`);
    }
  }
  return faults;
}

/** What it does, undone again; what it would do, where it adds what is there by now. */
async function performed(sql: Sql, name: string, text: string, values: readonly unknown[]): Promise<Plan> {
  const execute = `execute "${preparedName(name, text)}"${argumentsOf(values)}`;
  const explained = async (target: Pick<Sql, 'query'>, options: string) => {
    const explain = `explain (${options}, format json) ${execute}`;
    const [row] = await target.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`${name} ${randomUUID()}`, explain);
    return row?.['QUERY PLAN'][0]?.Plan as Plan;
  };
  let plan: Plan | undefined;
  const undone = new Error('undone');
  return sql
    .transaction(async tx => {
      plan = await explained(tx, 'analyze, buffers, timing off');
      throw undone;
    })
    .catch(error => {
      if (error === undone) return plan as Plan;
      if (error instanceof Failure && error.code === 'conflict') return explained(sql, 'costs off');
      throw new Error(`${name}: ${(error.cause ?? error).message}`);
    });
}
