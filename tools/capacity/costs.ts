/**
 * What a message costs each process: so much for itself, so much for each connection that it reaches, and a share of what
 * its batch costs. Three weights a process explain the cases that they are fitted to, from 2 to 100 connections a
 * message and from lone messages to full batches.
 */
import { leastSquares } from './least-squares.js';
import { type Measured, ONE_OF_EACH, type Talked } from './measured.js';

/** All in microseconds of CPU. */
interface Cost {
  readonly message: number;
  readonly connection: number;
  readonly batch: number;
}

export interface Costs {
  readonly of: Readonly<Record<string, Cost>>;
  /** What each further gateway adds for a message, since all of them hear of all messages. */
  readonly hearing: Readonly<Record<'gateway' | 'Redis', number>>;
}

/** What a message costs depends on these two. */
export type Shape = Pick<Talked, 'connections' | 'batch'>;

/** None of those that `check` predicts is among them. */
export const FITTED = ['pairs-32', 'pairs-1', 'paced-500', 'rooms-5x100', ONE_OF_EACH];

export function costsOf(measured: Measured): Costs {
  const cases = FITTED.map(name => talkOf(measured, name));
  const costs = Object.keys(cases[0]?.cpuUs ?? {}).map(process => {
    const observations = cases.map(each => ({ terms: termsOf(each), total: each.cpuUs[process] ?? 0 }));
    const [message = 0, connection = 0, batch = 0] = leastSquares(observations.filter(({ total }) => total > 0));
    return [process, { message, connection, batch }] as const;
  });
  const [two, one] = [talkOf(measured, 'replicas-gateway-2'), talkOf(measured, ONE_OF_EACH)];
  const added = (process: string) => Math.max(0, (two.cpuUs[process] ?? 0) - (one.cpuUs[process] ?? 0));
  return { of: Object.fromEntries(costs), hearing: { gateway: added('gateway'), Redis: added('Redis') } };
}

/** Microseconds of this process for one message. */
export function usPerMessage(costs: Costs, process: string, { connections, batch }: Shape): number {
  const cost = costs.of[process];
  return cost ? cost.message + cost.connection * connections + cost.batch / batch : 0;
}

const termsOf = ({ connections, batch }: Shape): number[] => [1, connections, 1 / batch];

export function talkOf(measured: Measured, name: string): Talked {
  const found = measured.talk[name];
  if (!found) throw new Error(`nothing was measured of ${name}`);
  return found;
}
