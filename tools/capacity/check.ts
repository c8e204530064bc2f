/** What the model says of cases that it was not fitted to, beside what was measured there. */
import { type Costs, costsOf, FITTED, talkOf, usPerMessage } from './costs.js';
import { type Measured, ONE_OF_EACH } from './measured.js';

export interface Comparison {
  readonly case: string;
  readonly of: string;
  readonly predicted: number;
  readonly measured: number;
}

/** In batches as large as those of a fitted case with as many messages in flight: nothing is taken from the case itself. */
const CHECKED = [
  { name: 'rooms-50x10', connections: 10, batchAs: 'pairs-1' },
  { name: 'replicas-chat-svc-2', connections: 2, batchAs: ONE_OF_EACH },
];
/** Its senders keep to a rate, so the machine is not full. */
const PACED = 'paced-500';
const CLIENT = 'client';

export function check(measured: Measured): Comparison[] {
  const costs = costsOf(measured);
  const processes = Object.keys(costs.of);
  const cores = fullCores(measured);
  return CHECKED.flatMap(({ name, connections, batchAs }) => {
    const shape = { connections, batch: talkOf(measured, batchAs).batch };
    const { cpuUs, messagesPerS } = talkOf(measured, name);
    const us = (process: string) => usPerMessage(costs, process, shape);
    const servers = processes.filter(process => process !== CLIENT);
    const sum = (of: readonly string[], each: (process: string) => number) =>
      of.reduce((total, process) => total + each(process), 0);
    const found = (process: string) => cpuUs[process] ?? 0;
    return [
      ...servers
        .filter(process => found(process) > SMALL_US)
        .map(process => ({ case: name, of: `${process} µs`, predicted: us(process), measured: found(process) })),
      { case: name, of: 'all servers µs', predicted: sum(servers, us), measured: sum(servers, found) },
      { case: name, of: 'messages/s', predicted: (cores * 1e6) / sum(processes, us), measured: messagesPerS },
    ];
  });
}

/** Below it, the operating system's 10 ms steps are all that is seen. */
const SMALL_US = 2;

/** How many cores all processes together keep busy when as much is sent as can be, in the fitted cases. */
function fullCores(measured: Measured): number {
  const busy = FITTED.filter(name => name !== PACED).map(name => {
    const { messagesPerS, cpuUs } = talkOf(measured, name);
    return (messagesPerS * Object.values(cpuUs).reduce((sum, us) => sum + us, 0)) / 1e6;
  });
  return busy.reduce((sum, cores) => sum + cores, 0) / busy.length;
}

/** How well the model fits what it was fitted to: the mean relative error, by process. */
export function fitErrors(measured: Measured, costs: Costs): Record<string, number> {
  const errors = Object.keys(costs.of).map(process => {
    const each = FITTED.map(name => talkOf(measured, name)).flatMap(({ cpuUs, ...shape }) => {
      const us = cpuUs[process] ?? 0;
      return us > SMALL_US ? [Math.abs(usPerMessage(costs, process, shape) / us - 1)] : [];
    });
    return [process, each.reduce((sum, error) => sum + error, 0) / Math.max(1, each.length)] as const;
  });
  return Object.fromEntries(errors);
}
