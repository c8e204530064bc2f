/** Many simulations on all cores: each core has a thread, each thread takes a stretch of seeds at a time. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { MutationName } from './mutations.js';
import type { Verdict } from './simulation.js';

export interface Campaign {
  seeds: number;
  /** In wall time, milliseconds. */
  tookMs: number;
  simulatedMs: number;
  steps: number;
  messages: number;
  changes: number;
  gaps: number;
  /** In the order of their seeds. */
  failed: Pick<Verdict, 'seed' | 'findings'>[];
  readonly counts: Map<string, number>;
}

export interface CampaignOptions {
  readonly from: number;
  readonly to: number;
  readonly mutation: MutationName;
  /** Stops at the first seeds that find something. */
  readonly untilFound: boolean;
  readonly progress: (done: number, failed: number) => void;
}

/** What a thread is asked, and answers with a verdict for each seed. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly mutation: MutationName;
}

/** Long enough that asking costs nothing; short when the first finding ends it. */
const STRETCH = { all: 20, untilFound: 2 };

export async function runCampaign({ from, to, mutation, untilFound, progress }: CampaignOptions): Promise<Campaign> {
  const began = performance.now();
  const counts = new Map<string, number>();
  const campaign: Campaign = {
    seeds: 0,
    tookMs: 0,
    simulatedMs: 0,
    steps: 0,
    messages: 0,
    changes: 0,
    gaps: 0,
    failed: [],
    counts,
  };
  const length = untilFound ? STRETCH.untilFound : STRETCH.all;
  let next = from;

  function take(verdict: Verdict): void {
    campaign.seeds += 1;
    campaign.simulatedMs += verdict.simulatedMs;
    campaign.steps += verdict.steps;
    campaign.messages += verdict.messages;
    campaign.changes += verdict.changes;
    campaign.gaps += verdict.gaps;
    for (const [what, times] of verdict.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    if (verdict.findings.length > 0) campaign.failed.push({ seed: verdict.seed, findings: verdict.findings });
  }

  function work(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.js', import.meta.url));
      const ask = (): void => {
        if (next > to || (untilFound && campaign.failed.length > 0))
          return void worker.terminate().then(() => resolve());
        const stretch: Stretch = { from: next, to: Math.min(to, next + length - 1), mutation };
        next = stretch.to + 1;
        worker.postMessage(stretch);
      };
      worker.on('error', reject);
      worker.on('message', (verdicts: readonly Verdict[]) => {
        for (const verdict of verdicts) take(verdict);
        progress(campaign.seeds, campaign.failed.length);
        ask();
      });
      ask();
    });
  }

  await Promise.all(Array.from({ length: availableParallelism() }, work));
  campaign.failed.sort((a, b) => a.seed - b.seed);
  campaign.tookMs = performance.now() - began;
  return campaign;
}
