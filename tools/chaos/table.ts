/** What was broken how often, and how people were served then: one row a fault, over all runs. */
import type { Judged, Ran } from './run.js';

const HEAD = [
  'fault',
  'times',
  'alone',
  'slowest recovery',
  'slowest recovery alone',
  'longest silence alone',
  'slowest send alone',
  'longest failing send alone',
];

/** The largest; `-` where there is none, or it never came. */
function most(rounds: readonly Judged[], of: (round: Judged) => number): string {
  const worst = Math.max(...rounds.map(of));
  return Number.isFinite(worst) ? `${(worst / 1_000).toFixed(1)} s` : rounds.length > 0 ? 'unknown' : '-';
}

function rowsOf(runs: readonly Ran[]): string[][] {
  const rounds = runs.flatMap(run => run.rounds);
  const names = [...new Set(rounds.flatMap(({ faults }) => faults))].toSorted();
  return names.map(name => {
    const hit = rounds.filter(({ faults }) => faults.includes(name));
    const alone = hit.filter(({ shape }) => shape === 'alone');
    return [
      ...[name, `${hit.reduce((sum, { faults }) => sum + faults.filter(one => one === name).length, 0)}`],
      ...[`${alone.length}`, most(hit, ({ recoveryMs }) => recoveryMs), most(alone, ({ recoveryMs }) => recoveryMs)],
      ...[most(alone, ({ silenceMs }) => silenceMs), most(alone, ({ slowestMs }) => slowestMs)],
      most(alone, ({ failingMs }) => failingMs),
    ];
  });
}

export interface Totals {
  readonly faults: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly shown: number;
  readonly holes: number;
  readonly changes: number;
  readonly uploads: number;
  readonly findings: number;
}

export function totals(runs: readonly Ran[]): Totals {
  const sum = (of: (run: Ran) => number) => runs.reduce((all, run) => all + of(run), 0);
  return {
    faults: sum(({ rounds }) => rounds.reduce((all, { faults }) => all + faults.length, 0)),
    sent: sum(({ counts }) => counts.sent),
    acknowledged: sum(({ counts }) => counts.acknowledged),
    stored: sum(({ counts }) => counts.stored),
    shown: sum(({ counts }) => counts.shown),
    holes: sum(({ counts }) => counts.holes),
    changes: sum(({ counts }) => counts.changes),
    uploads: sum(({ counts }) => counts.uploads),
    findings: sum(({ findings }) => findings.length),
  };
}

/** For a terminal. */
export function aligned(runs: readonly Ran[]): string {
  const rows = [HEAD, ...rowsOf(runs)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows
    .map(row =>
      row.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!))).join('  '),
    )
    .join('\n');
}

/** To be kept: with the command, the totals, what was found, and the same table. */
export function markdown(command: string, runs: readonly Ran[]): string {
  const rounds = runs.flatMap(run => run.rounds);
  const alone = rounds.filter(({ shape }) => shape === 'alone');
  const { faults, ...counts } = totals(runs);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `\`${command}\``,
    '',
    `Seeds ${runs.map(({ seed }) => seed).join(', ')}: ${faults} faults in ${rounds.length} rounds, ${alone.length} of which had`,
    `one fault only. The slowest recovery of all took ${most(rounds, ({ recoveryMs }) => recoveryMs)}.`,
    '',
    row(Object.keys(counts)),
    row(Object.keys(counts).map(() => '---:')),
    row(Object.values(counts).map(count => count.toLocaleString('en'))),
    '',
    row(HEAD),
    row(HEAD.map((_, column) => (column ? '---:' : '---'))),
    ...rowsOf(runs).map(row),
    ...runs.flatMap(({ seed, findings }) => findings.map(finding => `\n- seed ${seed}: ${finding}`)),
    '',
  ].join('\n');
}
