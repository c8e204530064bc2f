/** The function of the HTTP cases as Knative's Node.js runtime has them: a body or an event in, a value or an event out. */
import { CloudEvent } from 'cloudevents';
import { ORDER_EVENT, type Order, totalOf } from './order.js';

interface Asked {
  readonly cloudevent?: unknown;
}

export function handle(context: Asked, input: Order | CloudEvent<Order>): object {
  if (!context.cloudevent) return totalOf(input as Order);
  const { data } = input as CloudEvent<Order>;
  return new CloudEvent({ type: `${ORDER_EVENT}.reply`, source: '/bench', data: totalOf(data as Order) });
}
