/** `npm run simulate -- --seeds 1..10000`: runs simulations by their seeds and says what they found. */
import { simulate } from './simulation.js';
const [from, to] = (process.argv[2] ?? '1..10').split('..').map(Number) as [number, number];
const t = performance.now();
let fails = 0;
for (let s = from; s <= to; s++) {
  const v = await simulate(s, { ...(process.argv[3] && { mutation: process.argv[3] as never }), ...(process.argv[4] && {trace: console.log}) });
  if (v.findings.length) { fails++; console.log(s, v.findings.slice(0, 3)); }
  if (to - from < 5) console.log(v);
}
console.log((performance.now() - t) / (to - from + 1), 'ms a seed', fails);
process.exit(0);
