/** Whether the process can do its work, part by part. It never asks a part over the network: parts know their state. */
import type { Part, PartState } from '../contract/ports.js';

export interface Health {
  /** Every part with `up`, or with what is wrong. Not ready while starting or draining. */
  report(): { readonly ready: boolean; readonly parts: Readonly<Record<string, string>> };
}

export type Phase = 'starting' | 'serving' | 'draining';

export function createHealth(parts: () => readonly Pick<Part, 'name' | 'state'>[], phase: () => Phase): Health {
  return {
    report() {
      const states = [
        ...parts().map(part => [part.name, part.state()] as const),
        ['process', stateOf(phase())] as const,
      ];
      return {
        ready: states.every(([, state]) => state === 'up'),
        parts: Object.fromEntries(states.map(([name, state]) => [name, state === 'up' ? 'up' : `down: ${state.down}`])),
      };
    },
  };
}

const stateOf = (phase: Phase): PartState => (phase === 'serving' ? 'up' : { down: phase });
