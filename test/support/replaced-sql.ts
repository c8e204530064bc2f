/** A database of which a test sees or answers every single statement, those that only read as well. */
import type { Sql } from '#runtime/contract/ports.js';

export const withQuery = ({ transaction }: Pick<Sql, 'transaction'>, query: Sql['query']): Sql => ({
  transaction,
  query,
  read: query,
});
