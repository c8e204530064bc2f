/**
 * How many partitions a queue has, and had: what the entries of its log come to. All processes read the same entries in
 * the same order, and so agree; of two that want to be the same generation the first one is it.
 */

export interface Generation {
  /** 0, 1, 2, … without holes. */
  readonly number: number;
  readonly partitions: number;
  /** The one way to its physical queues for publishers, which is closed before the next generation is known to anybody. */
  readonly way: string;
}

export interface PartitionPlan {
  /** By number. */
  readonly generations: readonly Generation[];
  /** Generations before this one hold nothing any more that others would have to wait for. */
  readonly retiredBefore: number;
}

export const NO_PLAN: PartitionPlan = { generations: [], retiredBefore: 0 };

/** Each is a single-active-consumer quorum queue, and consumed by every replica. */
export const MOST_PARTITIONS = 256;

export const writeGeneration = (generation: Generation): string => JSON.stringify(generation);
export const writeRetired = (retiredBefore: number): string => JSON.stringify({ retiredBefore });

/** The plan after the entry; the same plan when it says nothing new, or is none. */
export function planAfter(plan: PartitionPlan, entry: string): PartitionPlan {
  const { number, partitions, way, retiredBefore } = read(entry);
  const { generations } = plan;
  if (number === generations.length && isNumber(partitions, 1, MOST_PARTITIONS) && typeof way === 'string') {
    return { ...plan, generations: [...generations, { number, partitions, way }] };
  }
  if (isNumber(retiredBefore, plan.retiredBefore + 1, generations.length - 1)) return { ...plan, retiredBefore };
  return plan;
}

/** Those that have to be empty of a key before the generation of this number is worked on. */
export const unretiredBefore = ({ generations, retiredBefore }: PartitionPlan, number: number): readonly Generation[] =>
  generations.slice(retiredBefore, number);

const isNumber = (value: unknown, from: number, to: number): value is number =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

/** Whatever somebody put there. */
function read(entry: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(entry)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
