/**
 * Orders what an outcome does to live connections: those that are in a room from now on enter it, then the emissions go
 * out, then those that are out leave. So who comes hears what is emitted, who goes hears nothing after it, and no function
 * can have it otherwise. An outcome without memberships is its emissions, as they are.
 */
import type { Emission, Outcome } from '../contract/outcome.js';
import type { Step } from '../contract/ports.js';

export type Told = Pick<Outcome, 'emit' | 'memberships'>;

const NOTHING: readonly Emission[] = [];

/** Whether there is anything for live connections. */
export const isTold = ({ emit, memberships }: Told): boolean => !!emit?.length || !!memberships?.length;

export function stepsOf({ emit = NOTHING, memberships }: Told): readonly Step[] {
  if (!memberships?.length) return emit;
  const latest = new Map(memberships.map(each => [JSON.stringify([each.room, each.of]), each]));
  const joins: Step[] = [];
  const leaves: Step[] = [];
  const former = new Set<string>();
  for (const { room, of, is } of latest.values()) {
    if (is === 'in') joins.push({ join: room, of });
    else {
      leaves.push({ leave: room, of });
      former.add(of);
    }
  }
  // A join of somebody who stored the contrary meanwhile may have come before these.
  return [...joins, ...emit, ...leaves, ...[...former].map(refresh => ({ refresh }))];
}
