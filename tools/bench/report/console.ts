/** One case on the terminal, as soon as it is over: ratios first. */
import type { Ran } from '../rounds.js';
import { figure, spread } from './numbers.js';
import { cpuOf, disturbance, type Row, rowsOf } from './verdicts.js';

const DISTURBED_CORES = 0.25;

export function caseText(ran: Ran): string {
  const { case: one, missing, failures } = ran;
  const [own, peer] = [one.ours.name, one.peer?.name ?? ''];
  const lines = [`\n${one.name}  ${one.summary}${peer && `; beside ${peer}`}`];
  if (missing !== undefined) lines.push(`  !! NO PEER: ${missing}. Ours alone:`);
  for (const failure of failures) lines.push(`  !! FAILED: ${failure.replaceAll('\n', '\n     ')}`);
  lines.push(...aligned(rowsOf(ran).map(row => cells(row, own, peer))));
  lines.push(...cpuLine(own, one.unit, ran.ours), ...cpuLine(peer, one.unit, ran.peer));
  const others = disturbance(ran);
  if (others > DISTURBED_CORES) lines.push(`  ! disturbed: other programs kept up to ${figure(others)} cores busy`);
  return lines.join('\n');
}

function cells({ of, ours, peer, ratio, goals }: Row, own: string, name: string): string[] {
  const met = goals.map(goal => goal.met);
  return [
    met.length === 0 || met.includes(undefined) ? ' ' : met.includes(false) ? '✗' : '✓',
    of,
    ratio ? `${spread(ratio)} ×` : '',
    goals.length > 0 ? `wanted ${goals.map(goal => goal.wanted).join(', ')}` : '',
    `${own} ${spread(ours)}`,
    peer ? `${name} ${spread(peer)}` : '',
  ];
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}

function cpuLine(name: string, unit: string, rounds: Ran['ours']): string[] {
  const parts = cpuOf(rounds).map(([process, us]) => `${process} ${figure(us)}`);
  return parts.length > 0 ? [`    CPU µs/${unit}, ${name}: ${parts.join(', ')}`] : [];
}
