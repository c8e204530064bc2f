/** Many simulations on all cores: each core has a process, which takes a stretch of seeds at a time. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { limit } from '#runtime/drivers/limit.js';
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

/** What a process is asked, and answers with a verdict for each seed. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly mutation: MutationName;
}

/** Long enough that asking costs nothing; short when the first finding ends it. */
const STRETCH = { all: 20, untilFound: 1 };

/**
 * V8 for much code of which each piece runs a few hundred times a second, and which remembers all that happened until a
 * seed is over: compiled at once, optimized late, and with room for what is young. Seeds cost two thirds of the CPU time.
 */
const V8 = ['--always-sparkplug', '--interrupt-budget=1000000', '--max-semi-space-size=64'];

interface Campaigns {
  /** Campaigns that run at the same time share the processes, stretch by stretch. */
  run(options: CampaignOptions): Promise<Campaign>;
  close(): Promise<void>;
}

/** Processes that load the system once, for any number of campaigns. */
export function openCampaigns(): Campaigns {
  const workers = Array.from({ length: availableParallelism() }, openWorker);
  const idle = [...workers];
  const inTurn = limit(workers.length);
  const ask = (stretch: Stretch): Promise<readonly Verdict[]> =>
    inTurn(async () => {
      const worker = idle.pop() as SimulationWorker;
      const verdicts = await worker.ask(stretch);
      idle.push(worker);
      return verdicts;
    });

  return {
    async run({ from, to, mutation, untilFound, progress }) {
      const began = performance.now();
      const campaign = emptyCampaign();
      const length = untilFound ? STRETCH.untilFound : STRETCH.all;
      let next = from;
      async function take(): Promise<void> {
        const stretch: Stretch = { from: next, to: Math.min(to, next + length - 1), mutation };
        next = stretch.to + 1;
        for (const verdict of await ask(stretch)) add(campaign, verdict);
        progress?.(campaign.seeds, campaign.failed.length);
      }
      async function work(): Promise<void> {
        while (next <= to && !(untilFound && campaign.failed.length > 0)) await take();
      }
      // Whoever knows where to look finds it there: the others need not look elsewhere meanwhile.
      if (untilFound) await take();
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
  /** One at a time: a simulation has the clocks of its process. Rejects when the process ends. */
  ask(stretch: Stretch): Promise<readonly Verdict[]>;
  end(): Promise<void>;
}

function openWorker(): SimulationWorker {
  const file = fileURLToPath(new URL('./worker.js', import.meta.url));
  const worker = fork(file, { execArgv: V8, serialization: 'advanced' });
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`a process that simulates has ended with ${code}`);
  });
  ended.catch(() => {});
  return {
    async ask(stretch) {
      const answer = once(worker, 'message') as Promise<[readonly Verdict[]]>;
      worker.send(stretch);
      return (await Promise.race([answer, ended]))[0];
    },
    async end() {
      if (worker.connected) worker.disconnect();
      await ended.catch(() => {});
    },
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
