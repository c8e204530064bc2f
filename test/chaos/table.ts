/** What was broken how often, and how long it took to be served again: one row a fault, over all runs. */
import type { Ran } from './run.js';

export function faultTable(runs: readonly Ran[]): string {
  const rows = new Map<string, { times: number; findings: number; recoveryMs: number; silenceMs: number }>();
  for (const { rounds, findings } of runs) {
    const counted = new Set<string>();
    for (const { faults, recoveryMs, silenceMs } of rounds) {
      for (const name of faults) {
        const row = rows.get(name) ?? { times: 0, findings: 0, recoveryMs: 0, silenceMs: 0 };
        rows.set(name, row);
        row.times++;
        row.recoveryMs = Math.max(row.recoveryMs, recoveryMs);
        row.silenceMs = Math.max(row.silenceMs, silenceMs);
        if (!counted.has(name)) row.findings += findings.length;
        counted.add(name);
      }
    }
  }
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const total = [...rows.values()].reduce((sum, { times }) => sum + times, 0);
  return aligned([
    ['fault', 'times', 'findings in its runs', 'slowest recovery', 'longest silence'],
    ...[...rows]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([name, row]) => [
        ...[name, `${row.times}`, `${row.findings}`],
        ...[seconds(row.recoveryMs), seconds(row.silenceMs)],
      ]),
    ['all', `${total}`, `${runs.reduce((sum, { findings }) => sum + findings.length, 0)}`, '', ''],
  ]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows
    .map(row =>
      row.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!))).join('  '),
    )
    .join('\n');
}
