/** Which of two changes of the same thing took effect after the other, as far as anybody can know. */
import type { ChangeCall } from './calls.js';

/**
 * Whether the other one is known to have been carried out, and after this one. What was accepted goes before everything that
 * was asked for after that; what was never answered may take effect at any time.
 */
export function isOutdone(one: ChangeCall, other: ChangeCall): boolean {
  if (other.state !== 'stored') return false;
  if (one.change && other.change && one.change !== other.change) return other.change > one.change;
  return (one.state === 'stored' || one.state === 'accepted') && other.invokedAt > one.answeredAt;
}
