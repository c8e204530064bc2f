/** The port to a relational database. */

/**
 * A relational database, spoken to in PostgreSQL's SQL with `$1` parameters.
 * Trouble that passes by itself (connection lost, deadlock, serialization failure, timeout, server starting or
 * stopping) rejects with Failure `unavailable`; a violated unique constraint with Failure `conflict`, whose message
 * is the constraint's name; everything else with the driver's own error, which is a defect.
 *
 * @example
 * interface Row { id: string }
 * const open = (sql: Sql) => sql.query<Row>('orders-open', 'select id from orders where customer = $1', ['ann']);
 */
export interface Sql {
  /** One statement, one transaction. Rows as plain objects; bigint columns as numbers, timestamptz as Date. */
  query<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * As `query`, for one statement that only reads: may be carried out by a replica, which then has everything that was
   * committed before the call.
   */
  read<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Several statements in one transaction; rolled back when `work` rejects. */
  transaction<Result>(work: (sql: Pick<Sql, 'query'>) => Promise<Result>): Promise<Result>;
}

/**
 * A database that says how its connections stand.
 *
 * @example
 * const isBusy = ({ pool }: Pooled): boolean => pool().pending > 0;
 */
export interface Pooled {
  pool(): PoolUse;
}

/**
 * The connections of a pool, and how many ask for one and have to wait.
 *
 * @example
 * const use: PoolUse = { max: 10, used: 3, idle: 2, pending: 0 };
 */
export interface PoolUse {
  readonly max: number;
  readonly used: number;
  readonly idle: number;
  readonly pending: number;
}
