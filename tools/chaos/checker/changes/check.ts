/** Whether every promise about changes of messages was kept. */
import type { Evidence } from '../evidence.js';
import type { Finding } from '../finding.js';
import type { Outcome } from '../outcome.js';
import type { Sent } from '../sends.js';
import type { ChangeCall } from './calls.js';
import { effects } from './effects.js';
import { fresh } from './fresh.js';
import { numbers } from './numbers.js';
import { outsiders } from './outsiders.js';
import { replicas } from './replicas.js';
import { statesIn } from './states.js';
import { summaries } from './summaries.js';
import { versions } from './versions.js';

export function checkChanges(
  evidence: Evidence,
  changes: readonly ChangeCall[],
  sent: ReadonlyMap<string, Sent>,
  outcome: Outcome,
): Finding[] {
  const { history, views } = outcome;
  const states = statesIn(evidence, history, views);
  return [
    ...versions(states, changes, sent),
    ...numbers(history, states, changes, outcome.numbers),
    ...effects(outcome, changes, sent),
    ...fresh(evidence, changes, states),
    ...replicas(evidence, outcome, changes),
    ...summaries(outcome),
    ...outsiders(evidence, outcome, changes),
  ];
}
