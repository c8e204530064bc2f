/**
 * Whether queues have the copies that they could have, and whether all nodes lead some. A quorum queue is on the nodes
 * that there were when it was declared: those that join later get no copy, and lead nothing, until somebody sees to it.
 * https://www.rabbitmq.com/docs/quorum-queues#replica-management
 */
import type { QueueTold } from './management.js';
import { among } from './policies.js';

/** Copies of a queue on so many nodes or more, with which one node may be lost and nothing is. */
const ENOUGH = 3;

/** A sentence for each number of copies that is too small for the cluster. */
export function scarcityOf(queues: readonly QueueTold[], nodes: readonly string[]): string[] {
  // What a user without the tag `monitoring` is not told can be seen from other queues.
  const all = new Set([...nodes, ...queues.flatMap(({ members = [] }) => members)]);
  const wanted = Math.min(ENOUGH, all.size);
  const scarce = new Map<number, string[]>();
  for (const { name, members } of queues) {
    if (members === undefined || members.length >= wanted) continue;
    scarce.set(members.length, [...(scarce.get(members.length) ?? []), name]);
  }
  return [...scarce].map(
    ([count, names]) =>
      `${among(names)}: ${count} of ${wanted} copies on ${all.size} nodes, ` +
      'so that a node that is lost takes with it what was confirmed or stops the queue: rabbitmq-queues grow',
  );
}

/** What to tell when one node leads far more than its share; undefined when none does. */
export function crowdOf(
  queues: readonly QueueTold[],
  nodes: readonly string[],
): Readonly<Record<string, number>> | undefined {
  const led = new Map(nodes.map(node => [node, 0]));
  for (const { leader } of queues) if (leader) led.set(leader, (led.get(leader) ?? 0) + 1);
  const counts = [...led.values()];
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length < 2 || all === 0 || Math.max(...counts) < 2 * Math.ceil(all / counts.length)) return undefined;
  return Object.fromEntries(led);
}
