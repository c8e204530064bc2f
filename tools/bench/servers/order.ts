/** The work of all HTTP cases, the same for every server: an order comes in, its total goes out. */

export interface Order {
  readonly name: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
}

export const totalOf = ({ name, items }: Order) => ({
  name,
  total: items.reduce((sum, { quantity }) => sum + quantity, 0),
});

export const ORDER: Order = {
  name: 'ann',
  items: ['apple', 'pear', 'quince', 'medlar'].map((sku, at) => ({ sku, quantity: at + 1 })),
};

export const ANSWER = JSON.stringify(totalOf(ORDER));
export const ORDER_EVENT = 'bench.order.placed.v1';
