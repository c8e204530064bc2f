/** Backing servers that go away and come back, throw everybody out, or hold everybody up. */
import type { World } from '../world/world.js';
import type { Fault } from './fault.js';

const restarted = (name: string, part: 'rabbitmq' | 'redis' | 'postgres', most: number, server: Of): Fault => ({
  name,
  parts: [part],
  lasts: [100, most],
  async inject(world) {
    await server(world).kill();
    return () => server(world).start();
  },
});

type Of = (world: World) => World['rabbitMq'] | World['redis'] | World['postgres'];

const heldUp = (name: string, part: 'rabbitmq' | 'postgres', hold: (world: World) => Promise<unknown>): Fault => ({
  name,
  parts: [part],
  lasts: [0, 0],
  async inject(world) {
    await hold(world);
    return async () => {};
  },
});

/** Some nodes of a cluster are killed at once. They keep what is on their disks, and come back. */
const nodesKilled = (name: string, count: number): Fault => ({
  name,
  parts: ['rabbitmq'],
  engine: 'rabbitmq-cluster',
  lasts: [500, 10_000],
  async inject({ rabbitMq }, random) {
    const killed = random.shuffled(rabbitMq.nodes).slice(0, count);
    await Promise.all(killed.map(node => node.kill()));
    return async () => {
      await Promise.all(killed.map(node => node.start()));
    };
  },
});

export const SERVER_FAULTS: readonly Fault[] = [
  restarted('restart-rabbitmq', 'rabbitmq', 5_000, ({ rabbitMq }) => rabbitMq),
  nodesKilled('kill-rabbitmq-node', 1),
  nodesKilled('kill-rabbitmq-majority', 2),
  restarted('restart-redis-empty', 'redis', 5_000, ({ redis }) => redis),
  restarted('restart-postgres', 'postgres', 5_000, ({ postgres }) => postgres),
  heldUp('close-rabbitmq-connections', 'rabbitmq', ({ rabbitMq }) => rabbitMq.closeConnections()),
  heldUp('terminate-postgres-connections', 'postgres', ({ postgres }) => postgres.terminateConnections()),
  heldUp('lock-chats', 'postgres', ({ postgres }) => postgres.lock('chats', 5_000)),
  {
    name: 'block-rabbitmq',
    parts: ['rabbitmq'],
    lasts: [2_000, 8_000],
    async inject({ rabbitMq }) {
      await rabbitMq.block(true);
      return () => rabbitMq.block(false);
    },
  },
];
