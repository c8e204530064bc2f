/** Prepared statements and transactions on one connection, with the failures of the port `Sql`. */
import type { Sql } from '../../contract/ports.js';
import { portError } from './errors.js';
import type { Pool } from './pool.js';
import type { createRefusals } from './refusals.js';

export function statements(refusals: ReturnType<typeof createRefusals>) {
  const queryOn =
    (target: { query(prepared: object): Promise<unknown> }): Sql['query'] =>
    async <Row>(statement: string, text: string, values: readonly unknown[] = []) => {
      try {
        const rows = (await target.query({ name: statement, text, values })) as Row[];
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
