/** Three RabbitMQ nodes of one cluster, as k8s/addons/ha has them: what has lost its majority does not go on alone. */
import { type RabbitMq, rabbitMq } from './rabbitmq.js';
import type { Server } from './server.js';

/** One node or several, which share what they are asked to bear. */
export interface Broker extends Pick<Server, 'start' | 'kill'>, Pick<RabbitMq, 'closeConnections' | 'block'> {
  readonly nodes: readonly RabbitMq[];
}

const SIZE = 3;
const SETTINGS = ['queue_leader_locator = balanced', 'cluster_partition_handling = pause_minority'];

export async function oneNode(folder: string): Promise<Broker> {
  const node = await rabbitMq(folder);
  return { ...node, nodes: [node] };
}

export async function cluster(folder: string): Promise<Broker> {
  const nodes: RabbitMq[] = [];
  for (let number = 0; number < SIZE; number++) nodes.push(await rabbitMq(folder, { settings: SETTINGS }));
  const [first, ...others] = nodes as [RabbitMq, ...RabbitMq[]];
  const all = async (ask: (node: RabbitMq) => Promise<void>): Promise<void> => {
    await Promise.all(nodes.map(ask));
  };
  let formed = false;
  return {
    nodes,
    async start() {
      await all(node => node.start());
      if (!formed) for (const node of others) await node.join(first);
      formed = true;
    },
    kill: () => all(node => node.kill()),
    closeConnections: () => all(node => node.closeConnections()),
    // An alarm on one of them blocks publishers at all.
    block: blocked => first.block(blocked),
  };
}
