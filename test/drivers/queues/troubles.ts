/** What only a broker at the other end of a network can do to the queues, and what must come of it. */
import { connections } from './connections.amqp.js';
import { declared } from './declared.amqp.js';
import { replicas } from './replicas.amqp.js';
import { settling } from './settling.amqp.js';
import { type Broker, troubled } from './troubled.js';

export function queuesTroubles(given: () => Broker): void {
  const broker = troubled(given);
  connections(broker);
  declared(broker);
  settling(broker);
  replicas(broker);
}
