/** Backing servers that go away and come back, throw everybody out, or hold everybody up. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { Line } from '../world/lines.js';
import type { Pair } from '../world/postgres-pair.js';
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

/** Between the two, or of one of them. Commits wait until there are two again. */
const ofPair = (
  name: string,
  lasts: Fault['lasts'],
  hurt: (pair: Pair, random: Random) => ReturnType<Fault['inject']>,
): Fault => ({
  name,
  parts: ['postgres'],
  engine: 'postgres-pair',
  lasts,
  inject: ({ postgres }, random) => hurt(postgres.pair!, random),
});

const apart =
  (breaks: ({ proxy }: Line) => void) =>
  async ({ lines }: Pair) => {
    for (const line of lines) breaks(line);
    return async () => {
      for (const { proxy } of lines) proxy.mend();
    };
  };

const PAIR_FAULTS: readonly Fault[] = [
  ofPair('fail-over-postgres', [500, 5_000], pair => pair.failOver()),
  // What the standby has not heard of must not have been acknowledged.
  ofPair('fail-over-postgres-apart', [500, 5_000], async (pair, random) => {
    const mend = await apart(({ proxy }) => proxy.stall())(pair);
    await pause(random.between(200, 2_000));
    const heal = await pair.failOver();
    await mend();
    return heal;
  }),
  ofPair('kill-postgres-standby', [500, 5_000], async pair => {
    const standby = pair.standby();
    await standby.kill();
    return () => standby.start();
  }),
  ofPair(
    'cut-postgres-pair',
    [500, 5_000],
    apart(({ proxy }) => proxy.cut()),
  ),
  ofPair(
    'stall-postgres-pair',
    [500, 8_000],
    apart(({ proxy }) => proxy.stall()),
  ),
];

export const SERVER_FAULTS: readonly Fault[] = [
  restarted('restart-rabbitmq', 'rabbitmq', 5_000, ({ rabbitMq }) => rabbitMq),
  nodesKilled('kill-rabbitmq-node', 1),
  nodesKilled('kill-rabbitmq-majority', 2),
  restarted('restart-redis-empty', 'redis', 5_000, ({ redis }) => redis),
  ...PAIR_FAULTS,
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
