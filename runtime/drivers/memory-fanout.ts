/** The fan-out of a process that is alone: what it emits, its own connections hear at once, in order. */
import type { Emission } from '../contract/outcome.js';
import type { Fanout, FanoutReceiver } from '../contract/ports.js';

export interface MemoryFanout extends Fanout {
  attach(receiver: FanoutReceiver): void;
}

export function memoryFanout(): MemoryFanout {
  let receiver: FanoutReceiver | undefined;
  return {
    name: 'fanout',
    state: () => 'up',
    close: async () => {},
    attach(to) {
      receiver = to;
    },
    async emit(emissions: readonly Emission[]) {
      receiver?.apply(emissions);
    },
  };
}
