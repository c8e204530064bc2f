/** Whether the process can do its work, part by part. It never asks a part over the network: parts know their state. */
import type { Part, PartState } from '../contract/ports.js';

export interface Health {
  /** Every part with `up`, or with what is wrong. Not ready while starting or draining; ready, though a part is degraded. */
  report(): { readonly ready: boolean; readonly degraded?: boolean; readonly parts: Readonly<Record<string, string>> };
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
        ready: states.every(([, state]) => state === 'up' || 'degraded' in state),
        degraded: states.some(([, state]) => state !== 'up' && 'degraded' in state),
        parts: Object.fromEntries(states.map(([name, state]) => [name, inWords(state)])),
      };
    },
  };
}

function inWords(state: PartState): string {
  if (state === 'up') return 'up';
  return 'down' in state ? `down: ${state.down}` : `degraded: ${state.degraded}`;
}

const stateOf = (phase: Phase): PartState => (phase === 'serving' ? 'up' : { down: phase });
