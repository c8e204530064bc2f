/** Runs one case: both sides opened, then in turn, round by round, so that whatever drifts meets both alike. */
import type { Case, Figures, Length, Opened, Side } from './bench-case.js';
import type { Stage } from './stage.js';

export interface Ran {
  readonly case: Case;
  /** Those of one place were taken right after each other. Shorter, or empty, when a side failed or is missing. */
  readonly ours: readonly Figures[];
  readonly peer: readonly Figures[];
  /** Why there is no peer. */
  readonly missing?: string;
  /** Why figures do not count. */
  readonly failures: readonly string[];
}

/** `step` is told of every round that is over, and what comes next. */
export async function runCase(one: Case, stage: Stage, step: (next: string) => void): Promise<Ran> {
  const { rounds } = stage.options;
  const length = one.brief ? halved(stage.options.length) : stage.options.length;
  const failures: string[] = [];
  const figures: Record<'ours' | 'peer', Figures[]> = { ours: [], peer: [] };

  async function open(side: Side | undefined): Promise<Opened | undefined | string> {
    if (!side) return undefined;
    step(`${one.name}: ${side.name} starts`);
    const opened = await side.open(stage);
    return 'missing' in opened ? opened.missing : opened;
  }

  async function take(which: 'ours' | 'peer', opened: Opened, round: number): Promise<void> {
    const { name } = which === 'ours' ? one.ours : one.peer!;
    step(`${one.name}: ${name}, round ${round + 1} of ${rounds}`);
    try {
      figures[which].push(await opened.round(length));
    } catch (error) {
      failures.push(`${name}, round ${round + 1}: ${(error as Error).message}`);
    }
  }

  const opened: Opened[] = [];
  let missing: string | undefined;
  try {
    const ours = await open(one.ours);
    if (ours === undefined || typeof ours === 'string') return { case: one, ...figures, failures: [`ours: ${ours}`] };
    opened.push(ours);
    const peer = await open(one.peer);
    if (typeof peer === 'string') missing = peer;
    else if (peer) opened.push(peer);
    if (one.runsIn) for (const side of opened) await side.round(length);
    for (let round = 0; round < rounds; round++) {
      const turns: (() => Promise<void>)[] = [() => take('ours', ours, round)];
      if (typeof peer === 'object') turns.push(() => take('peer', peer, round));
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
  } catch (error) {
    failures.push((error as Error).stack ?? String(error));
  } finally {
    for (const side of opened.reverse()) await side.close().catch(error => failures.push(String(error)));
  }
  return { case: one, ...figures, ...(missing !== undefined && { missing }), failures };
}

const halved = ({ warmS, seconds, scale }: Length): Length => ({ warmS: warmS / 2, seconds: seconds / 2, scale });
