/** What people read of a campaign, and of a single simulation. */
import type { Campaign } from './campaign.js';
import type { MutationName } from './mutations.js';
import type { Verdict } from './simulation.js';

const SHOWN = 10;

/** The first finding of each promise. */
const ofEach = (findings: readonly string[]): readonly string[] =>
  [...new Map(findings.toReversed().map(finding => [finding.split(':')[0], finding])).values()].reverse();

export function report(campaign: Campaign, mutation: MutationName): string {
  const { seeds, tookMs, simulatedMs, steps, messages, changes, gaps, failed, counts } = campaign;
  const seconds = tookMs / 1000;
  const table = [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([what, times]) => `  ${what.padEnd(28)} ${times}`);
  const failures = failed
    .slice(0, SHOWN)
    .flatMap(({ seed, findings }) => [
      `seed ${seed}: ${findings.length} findings; replay: npm run simulate -- --seed ${seed} --trace${mutation === 'none' ? '' : ` --mutation ${mutation}`}`,
      ...ofEach(findings).map(finding => `  ${finding}`),
    ]);
  return [
    `${seeds} seeds in ${seconds.toFixed(1)} s: ${(seeds / seconds).toFixed(1)} a second`,
    `${(simulatedMs / 3_600_000).toFixed(2)} h simulated, ${Math.round(simulatedMs / tookMs)} times as fast as real time`,
    `${steps} steps, ${messages} messages stored, ${changes} changes of them, ${gaps} gaps seen in live streams`,
    'what happened to the system:',
    ...table,
    ...failures,
    ...(failed.length > SHOWN ? [`and ${failed.length - SHOWN} more`] : []),
    `${failed.length} of ${seeds} seeds broke a promise`,
  ].join('\n');
}

export const replay = ({ seed, findings, simulatedMs, steps, fingerprint, messages, changes }: Verdict): string =>
  [
    ...findings,
    `seed ${seed}: ${messages} messages, ${changes} changes, ${steps} steps in ${(simulatedMs / 1000).toFixed(3)} s of virtual time, trace ${fingerprint}`,
    findings.length > 0 ? `${findings.length} findings` : 'every promise was kept',
  ].join('\n');
