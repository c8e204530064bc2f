/** Orders in PostgreSQL. */
import type { Sql } from 'function-runtime';

export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly item: string;
}

export interface OrderStore {
  /** Each once, however often it is given. */
  add(orders: readonly Order[], at: string): Promise<void>;
  /** The open orders placed before `at` are closed; these. */
  close(at: string): Promise<readonly Order[]>;
}

const ADD = `
insert into orders (id, customer, item, placed_at)
select o.id, o.customer, o.item, $2 from jsonb_to_recordset($1) as o (id uuid, customer text, item text)
on conflict (id) do nothing`;

const CLOSE = `
update orders set status = 'closed' where status = 'open' and placed_at < $1 returning id, customer, item`;

export const orderStore = (sql: Sql): OrderStore => ({
  add: async (orders, at) => void (await sql.query('orders-add', ADD, [JSON.stringify(orders), at])),
  close: at => sql.query<Order>('orders-close', CLOSE, [at]),
});
