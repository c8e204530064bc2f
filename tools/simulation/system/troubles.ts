/**
 * Troubles that pass: for a while the functions of queues fail on some events, by a defect or because something is
 * unavailable, once or twice on each, and then work. The runtime gives a defect three chances, so nothing is dead.
 * Their chance is their own: a seed without troubles has the history that it would have if there were none.
 */
import { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import { on, type Service } from '#runtime/contract/service.js';
import type { Chance } from '../kernel/random.js';
import type { World } from './world.js';

/** Runs that have any, and events on which a function fails while they last. */
const LIKELY = { run: 0.3, event: 0.3 };

/** Expected in the log, where any other defect is a finding. */
export class PassingDefect extends TypeError {}

interface Trouble {
  readonly defect: boolean;
  left: number;
}

export interface Troubles {
  readonly chance: Chance;
  /** When they begin, and how long they last. */
  planned(from: number, until: number): readonly { readonly at: number; readonly ms: number }[];
  until: number;
  /** By the event's id, also of events that are spared. */
  readonly met: Map<string, Trouble>;
}

export function createTroubles(chance: Chance): Troubles {
  return {
    chance,
    planned: (from, until) =>
      chance.strikes(LIKELY.run) ? [{ at: chance.between(from, until), ms: chance.between(500, 6_000) }] : [],
    until: 0,
    met: new Map(),
  };
}

const draw = (chance: Chance): Trouble => ({
  defect: chance.strikes(0.7),
  left: chance.strikes(LIKELY.event) ? 1 + chance.below(2) : 0,
});

/** A defect counts when the event is alone: in a batch with others it only shows that the batch has to be split. */
function meet({ scheduler: { now }, tally, troubles }: World, id: string, alone: boolean): void {
  if (now() >= troubles.until) return;
  const trouble = troubles.met.get(id) ?? draw(troubles.chance);
  troubles.met.set(id, trouble);
  if (trouble.left === 0) return;
  if (alone || !trouble.defect) trouble.left--;
  tally.count(trouble.defect ? 'defect that passes' : 'event refused for now');
  throw trouble.defect ? new PassingDefect('a defect that passes') : new Failure('unavailable', 'not now');
}

function troubledFunction(world: World, fn: AnyFunction): AnyFunction {
  if (!fn.batch) {
    const handle: typeof fn.handle = (context, event) => {
      meet(world, event.id, true);
      return fn.handle(context, event);
    };
    return { ...fn, handle };
  }
  const handle: typeof fn.handle = (context, events) => {
    for (const { id } of events) meet(world, id, events.length === 1);
    return fn.handle(context, events);
  };
  return { ...fn, handle };
}

export const troubled = (world: World, image: Service): Service => ({
  ...image,
  bindings: image.bindings.map(({ trigger, fn }) =>
    on(trigger, trigger.kind === 'queue' ? troubledFunction(world, fn) : fn),
  ),
});
