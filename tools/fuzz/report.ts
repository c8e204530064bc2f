/** The summary of all passes as a table: how many inputs, how they were answered, and what it cost the processes. */
import { inputsIn } from './attack.js';
import type { PassResult } from './passes.js';

export const inputsOf = ({ tally }: PassResult): number =>
  [...tally.values()].reduce((sum, outcomes) => sum + inputsIn(outcomes), 0);

/** Over the time in which inputs were sent; what lies between the passes does not count. */
export function perMinute(results: readonly PassResult[]): number {
  const ms = results.reduce((sum, result) => sum + result.ms, 0);
  return Math.round((results.reduce((sum, result) => sum + inputsOf(result), 0) / ms) * 60_000);
}

export function summary(results: readonly PassResult[]): string {
  return results.flatMap(passLines).join('\n');
}

function passLines({ name, tally, ms, growth, witness }: PassResult): string[] {
  const rows = [...tally].map(([target, outcomes]) => {
    const often = [...outcomes].sort((one, other) => other[1] - one[1]).map(([what, times]) => `${what} ${times}`);
    return `  ${target.padEnd(8)}${`${inputsIn(outcomes)}`.padStart(9)}  ${often.join(', ')}`;
  });
  return [
    `${name}, ${Math.round(ms / 1000)} s`,
    ...rows,
    `  bystanders: ${witness.messages} messages, the slowest acknowledged after ${witness.slowestMs} ms`,
    `  memory: ${growth.map(({ image, beforeMb, afterMb }) => `${image} ${beforeMb} → ${afterMb} MB`).join(', ')}`,
  ];
}
