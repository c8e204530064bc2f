/** Draws what goes wrong next. It depends on the seed alone, not on what comes of it. */
import type { Fault, Part } from './faults/fault.js';
import type { Random } from './random.js';
import type { Round } from './round.js';

export interface Blow {
  readonly fault: Fault;
  /** Since the round began, or since the part before it in its lane was back. */
  readonly afterMs: number;
  readonly lastsMs: number;
  readonly random: Random;
}

export interface Plan {
  readonly shape: Round['shape'];
  /** Lanes have no part in common. They begin together, and in each one blow falls into the recovery from another. */
  readonly lanes: readonly (readonly Blow[])[];
}

const STAGGER_MS = 2_500;
const RECOVERING_MS = 1_000;

/** Each call draws a round. Every fault is drawn once before any is drawn again, but those that have to wait. */
export function planner(faults: readonly Fault[], random: Random): () => Plan {
  const bag: Fault[] = [];

  /** The next of those that spare these parts. */
  function take(spared: readonly Part[]): Fault | undefined {
    if (bag.length === 0) bag.push(...random.shuffled(faults));
    const place = bag.findIndex(({ parts }) => !parts.some(part => spared.includes(part)));
    return place < 0 ? undefined : bag.splice(place, 1)[0];
  }

  const partsOf = (lanes: readonly (readonly Fault[])[]): Part[] => lanes.flat().flatMap(({ parts }) => parts);

  function lanesOf(shape: Round['shape']): Fault[][] {
    if (shape === 'alone') return [[take([])!]];
    if (shape === 'in turn') return [Array.from({ length: random.between(2, 4) }, () => take([])!)];
    const lanes: Fault[][] = [];
    // Rather five than two: a round costs as much time as the longest lane.
    for (let count = 2 + Math.floor(4 * Math.sqrt(random.next())); count > 0; count--) {
      const fault = take(partsOf(lanes));
      if (fault) lanes.push([fault]);
    }
    for (const lane of lanes) {
      const next = random.chance(0.4) && take(partsOf(lanes.filter(other => other !== lane)));
      if (next) lane.push(next);
    }
    return lanes;
  }

  /** Mostly short: the mean is a sixth of the way from the least to the most. */
  function duration([least, most]: Fault['lasts']): number {
    return least + (most - least) * random.next() ** 5;
  }

  return () => {
    const die = random.next();
    const shape = die < 0.35 ? 'alone' : die < 0.9 ? 'together' : 'in turn';
    const lanes = lanesOf(shape).map((lane, index) =>
      lane.map((fault, place) => ({
        fault,
        afterMs: place > 0 ? random.between(0, RECOVERING_MS) : index > 0 ? random.between(0, STAGGER_MS) : 0,
        lastsMs: duration(fault.lasts),
        random: random.fork(),
      })),
    );
    return { shape: lanes.flat().length === 1 ? 'alone' : shape, lanes };
  };
}
