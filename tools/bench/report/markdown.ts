/** The whole run as two tables, to be read beside the code. */
import type { Machine } from '../measure/machine.js';
import type { Ran } from '../rounds.js';
import { figure, spread } from './numbers.js';
import { cpuOf, disturbance, rowsOf } from './verdicts.js';

export function markdown(runs: readonly Ran[], { cpu, cores, memoryGb, versions }: Machine, command: string): string {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `\`${command}\` on ${cores} cores (${cpu}), ${memoryGb} GB; ${software.join(', ')}.`,
    'Medians, with the least and the most of the rounds; ratios are ours to the peer’s, round by round.',
    '',
    ...table(['case', 'measure', 'ratio', 'wanted', 'ours', 'peer'], runs.flatMap(valueRows)),
    '',
    'CPU by process, µs for one piece of work; “others” are cores that programs outside of the case kept busy.',
    '',
    ...table(['case', 'unit', 'ours', 'peer', 'others'], runs.map(cpuRow)),
    '',
  ].join('\n');
}

function valueRows(ran: Ran): string[][] {
  const peer = ran.case.peer?.name ?? 'none';
  const failed = ran.failures.map(failure => [ran.case.name, `FAILED: ${failure.split('\n')[0]}`, '', '', '', '']);
  const rows = rowsOf(ran).map(({ of, ours, peer: others, ratio, goals }) => [
    ran.case.name,
    of,
    ratio ? `${spread(ratio)} ×` : '',
    goals.map(({ wanted, met }) => `${wanted} ${met === undefined ? '?' : met ? '✓' : '✗'}`).join(', '),
    spread(ours),
    others ? `${peer} ${spread(others)}` : (ran.missing ?? ''),
  ]);
  return [...failed, ...rows];
}

function cpuRow(ran: Ran): string[] {
  const list = (rounds: Ran['ours']) => cpuOf(rounds).map(([name, us]) => `${name} ${figure(us)}`);
  return [ran.case.name, ran.case.unit, list(ran.ours).join(', '), list(ran.peer).join(', '), figure(disturbance(ran))];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}
