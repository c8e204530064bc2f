/** Every fault there is, by name. */
import type { Engine } from '../world/world.js';
import type { Fault } from './fault.js';
import { FILE_FAULTS } from './files.js';
import { NETWORK_FAULTS } from './network.js';
import { PROCESS_FAULTS } from './processes.js';
import { SERVER_FAULTS } from './servers.js';

const FAULTS: readonly Fault[] = [...PROCESS_FAULTS, ...SERVER_FAULTS, ...FILE_FAULTS, ...NETWORK_FAULTS];

/** `all` that can happen to these engines, or names with commas between them. */
export function faultsNamed(names: string, engines: readonly Engine[] = []): readonly Fault[] {
  const possible = FAULTS.filter(({ engine }) => engine === undefined || engines.includes(engine));
  if (names === 'all') return possible;
  return names.split(',').map(name => {
    const fault = possible.find(known => known.name === name);
    if (!fault) throw new Error(`no fault ${name}; there are: ${possible.map(known => known.name).join(', ')}`);
    return fault;
  });
}
