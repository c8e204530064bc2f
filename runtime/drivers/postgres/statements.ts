/** Prepared statements and transactions on one connection, with the failures of the port `Sql`. */
import { createHash } from 'node:crypto';
import type { Sql } from '../../contract/ports.js';
import { portError } from './errors.js';
import type { Pool } from './pool.js';
import type { createRefusals } from './refusals.js';

/** PostgreSQL keeps 63 characters of a name, the digest's among them. */
const MOST_OF_NAME = 54;

/** By statement, the text that it had last. */
const names = new Map<string, { readonly text: string; readonly name: string }>();

/**
 * What a statement is prepared as. It ends with a digest of the text: where a pooler mixes the sessions of several versions
 * of a program, another text of the same name is never taken for it.
 */
export function preparedName(statement: string, text: string): string {
  const known = names.get(statement);
  if (known?.text === text) return known.name;
  const name = `${statement.slice(0, MOST_OF_NAME)}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  names.set(statement, { text, name });
  return name;
}

export function statements(refusals: ReturnType<typeof createRefusals>) {
  const queryOn =
    (target: { query(prepared: object): Promise<unknown> }): Sql['query'] =>
    async <Row>(statement: string, text: string, values: readonly unknown[] = []) => {
      try {
        const rows = (await target.query({ name: preparedName(statement, text), text, values })) as Row[];
        refusals.carriedOut(statement);
        return rows;
      } catch (error) {
        refusals.failed(statement, error);
        throw portError(error);
      }
    };

  /** What `work` itself throws stays what it is; a transaction that cannot begin or end is the database's trouble. */
  async function transactionOn<Result>(
    connection: Awaited<ReturnType<Pool['connect']>>,
    work: (tx: Pick<Sql, 'query'>) => Promise<Result>,
  ): Promise<Result> {
    let own: { readonly thrown: unknown } | undefined;
    try {
      return await connection.tx(task =>
        work({ query: queryOn(task) }).catch(thrown => {
          own = { thrown };
          throw thrown;
        }),
      );
    } catch (error) {
      throw own?.thrown === error ? error : portError(error);
    }
  }

  return { queryOn, transactionOn };
}
