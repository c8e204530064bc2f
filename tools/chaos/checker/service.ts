/** How people were served while things went wrong: what took too long, and how long each round kept somebody waiting. */
import type { Round } from '../round.js';
import type { Finding } from './finding.js';
import type { Sent } from './sends.js';

/** How soon service must be back after the return of the part. */
const BACK_MS = 15_000;
/** While everything is restarted in turn: how long nobody may be acknowledged, and how long a send may fail. */
const ROLLING_SILENCE_MS = 1_000;
const ROLLING_FAILURE_MS = 2_000;

export interface Waiting {
  /** From when a message was to be sent until it was acknowledged or refused for good; the longest of all. */
  readonly slowestMs: number;
  /** From the first attempt that failed or was lost, or could not be made, until then; the longest of all. */
  readonly failingMs: number;
}

/** For those sent from the round's beginning until all were served again. */
export function waiting({ from, healed, recoveryMs }: Round, sent: ReadonlyMap<string, Sent>): Waiting {
  const during = [...sent.values()].filter(({ wanted }) => wanted >= from && wanted <= healed + recoveryMs);
  return {
    slowestMs: during.reduce((most, { wanted, settled }) => Math.max(most, settled - wanted), 0),
    failingMs: during.reduce((most, one) => Math.max(most, failing(one)), 0),
  };
}

function failing({ calls, settled }: Sent): number {
  const failed = calls.find(({ ok, wantedAt, invokedAt }) => !ok || wantedAt < invokedAt);
  return failed && failed.wantedAt < settled ? settled - failed.wantedAt : 0;
}

export function* service(rounds: readonly Round[], sent: ReadonlyMap<string, Sent>): Generator<Finding> {
  for (const round of rounds) {
    const { shape, faults, from, recoveryMs, silenceMs } = round;
    const names = `${faults.join(' + ')} at ${Math.round(from)}`;
    if (recoveryMs > BACK_MS) yield { name: 'slow-recovery', detail: `${names}: ${Math.round(recoveryMs)} ms` };
    if (shape !== 'alone' || faults[0] !== 'rolling-restart') continue;
    if (silenceMs > ROLLING_SILENCE_MS) {
      yield { name: 'silence', detail: `${names}: nobody was acknowledged for ${Math.round(silenceMs)} ms` };
    }
    const { failingMs } = waiting(round, sent);
    if (failingMs > ROLLING_FAILURE_MS) {
      yield { name: 'send-failing', detail: `${names}: a send failed for ${Math.round(failingMs)} ms` };
    }
  }
}
