/** The process of those who lay siege: whatever it costs them, the bystander's clock does not feel it. */
import { worker } from '../bench/load/worker.js';
import { ASSAULTS, type Target } from './assaults.js';

export interface Orders extends Target {
  readonly assault: string;
}

worker<Orders, string>(orders => ASSAULTS[orders.assault]!.run(orders));
