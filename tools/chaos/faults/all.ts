/** Every fault there is, by name. */
import type { Fault } from './fault.js';
import { NETWORK_FAULTS } from './network.js';
import { PROCESS_FAULTS } from './processes.js';
import { SERVER_FAULTS } from './servers.js';

const FAULTS: readonly Fault[] = [...PROCESS_FAULTS, ...SERVER_FAULTS, ...NETWORK_FAULTS];

/** `all`, or names with commas between them. */
export function faultsNamed(names: string): readonly Fault[] {
  if (names === 'all') return FAULTS;
  return names.split(',').map(name => {
    const fault = FAULTS.find(known => known.name === name);
    if (!fault) throw new Error(`no fault ${name}; there are: ${FAULTS.map(known => known.name).join(', ')}`);
    return fault;
  });
}
