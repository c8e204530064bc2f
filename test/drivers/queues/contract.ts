/** What every driver of `Queues` promises, told as stories about processes that share a broker. */
import { consuming } from './consuming.contract.js';
import { buried } from './dead-letters.contract.js';
import { facts } from './facts.contract.js';
import { processesOn, type TestedBroker } from './processes.js';
import { publishing } from './publishing.contract.js';
import { ways } from './ways.contract.js';

export function queuesContract(open: () => Promise<TestedBroker>): void {
  const processes = processesOn(open);
  publishing(processes);
  consuming(processes);
  buried(processes);
  facts(processes);
  ways(processes);
}
