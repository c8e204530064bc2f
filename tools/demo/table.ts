/** The figures of a burst, as an aligned table. */
import type { BurstResult } from './burst.js';

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export function figures(result: BurstResult): [string, string][] {
  const sorted = result.ackMs.toSorted((one, other) => one - other);
  return [
    ['messages sent and acknowledged', `${result.messages}`],
    ['messages a second', `${Math.round((result.messages / result.wallMs) * 1000)}`],
    ['acknowledged within, p50', `${percentile(sorted, 0.5).toFixed(1)} ms`],
    ['acknowledged within, p99', `${percentile(sorted, 0.99).toFixed(1)} ms`],
    ['deliveries to live connections', `${result.deliveries}`],
    ['gaps healed by sync, messages', `${result.healed}`],
  ];
}

export function table(rows: readonly (readonly [string, string])[]): string {
  const [left, right] = [0, 1].map(column => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(([name, value]) => `  ${name.padEnd(left!)}  ${value.padStart(right!)}`).join('\n');
}
