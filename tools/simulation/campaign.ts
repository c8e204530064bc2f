/** Many simulations on all cores: each core has a thread, each thread takes a stretch of seeds at a time. */
import { once } from 'node:events';
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

interface CampaignOptions {
  readonly from: number;
  readonly to: number;
  readonly mutation: MutationName;
  /** Stops at the first seeds that find something. */
  readonly untilFound: boolean;
  readonly progress?: (done: number, failed: number) => void;
}

/** What a thread is asked, and answers with a verdict for each seed. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly mutation: MutationName;
}

/** Long enough that asking costs nothing; short when the first finding ends it. */
const STRETCH = { all: 20, untilFound: 1 };

interface Campaigns {
  run(options: CampaignOptions): Promise<Campaign>;
  close(): Promise<void>;
}

/** Threads that load the system once, for any number of campaigns. */
export function openCampaigns(): Campaigns {
  const workers = Array.from({ length: availableParallelism() }, openWorker);
  return {
    async run({ from, to, mutation, untilFound, progress }) {
      const began = performance.now();
      const campaign = emptyCampaign();
      const length = untilFound ? STRETCH.untilFound : STRETCH.all;
      let next = from;
      const work = async ({ ask }: SimulationWorker): Promise<void> => {
        while (next <= to && !(untilFound && campaign.failed.length > 0)) {
          const stretch: Stretch = { from: next, to: Math.min(to, next + length - 1), mutation };
          next = stretch.to + 1;
          for (const verdict of await ask(stretch)) add(campaign, verdict);
          progress?.(campaign.seeds, campaign.failed.length);
        }
      };
      await Promise.all(workers.map(work));
      campaign.failed.sort((a, b) => a.seed - b.seed);
      campaign.tookMs = performance.now() - began;
      return campaign;
    },
    close: async () => {
      await Promise.all(workers.map(({ end }) => end()));
    },
  };
}

interface SimulationWorker {
  /** In turn: a simulation has the clocks of its thread. Rejects when the thread ends of an error. */
  ask(stretch: Stretch): Promise<readonly Verdict[]>;
  end(): Promise<unknown>;
}

function openWorker(): SimulationWorker {
  const worker = new Worker(new URL('./worker.js', import.meta.url));
  let before: Promise<unknown> = Promise.resolve();
  async function simulated(stretch: Stretch): Promise<readonly Verdict[]> {
    const answer = once(worker, 'message') as Promise<[readonly Verdict[]]>;
    worker.postMessage(stretch);
    return (await answer)[0];
  }
  return {
    ask(stretch) {
      const answer = before.then(() => simulated(stretch));
      before = answer.catch(() => undefined);
      return answer;
    },
    end: () => worker.terminate(),
  };
}

const emptyCampaign = (): Campaign => ({
  ...{ seeds: 0, tookMs: 0, simulatedMs: 0, steps: 0, messages: 0, changes: 0, gaps: 0 },
  failed: [],
  counts: new Map(),
});

function add(campaign: Campaign, verdict: Verdict): void {
  campaign.seeds += 1;
  campaign.simulatedMs += verdict.simulatedMs;
  campaign.steps += verdict.steps;
  campaign.messages += verdict.messages;
  campaign.changes += verdict.changes;
  campaign.gaps += verdict.gaps;
  for (const [what, times] of verdict.counts) campaign.counts.set(what, (campaign.counts.get(what) ?? 0) + times);
  if (verdict.findings.length > 0) campaign.failed.push({ seed: verdict.seed, findings: verdict.findings });
}
