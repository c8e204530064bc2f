/** The part of docs/scaling.md that is not written by hand, between two marks. */
import { assumptions } from './assumptions.js';
import { costsOf } from './costs.js';
import type { Model } from './demand.js';
import type { Measured } from './measured.js';
import { planOf } from './plan.js';
import { assumptionTable, checkTable, costTable, firstFull, limitTable, origin, planTable } from './tables.js';

export const SIZES = [10_000, 1_000_000, 100_000_000];
const [BEGIN, END] = ['<!-- begin: npm run capacity -- --write -->', '<!-- end -->'];

/** The document with this part anew. Throws where it has no place for it. */
export function refreshed(text: string, measured: Measured): string {
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`the document has no ${BEGIN} … ${END}`);
  return `${text.slice(0, start)}${BEGIN}\n\n${generated(measured)}\n\n${text.slice(end)}`;
}

function generated(measured: Measured): string {
  const model: Model = { measured, costs: costsOf(measured), assumed: assumptions() };
  const plans = SIZES.map(users => planOf(users, model));
  return [
    origin(measured),
    ...['### Three sizes', planTable(plans)],
    ...['### What is full first', firstFull(SIZES, model), limitTable(SIZES, model)],
    ...['### What is assumed', assumptionTable(model.assumed)],
    ...['### What a message costs', costTable(model)],
    ...['### Checked against what it was not fitted to', checkTable(measured)],
  ].join('\n\n');
}
