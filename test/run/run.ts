/** Runs a plan: as many batches at a time as it says and one that computes, then what wants the machine for itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeServerFiles, SERVER_FILES } from '../support/new-server.js';
import type { Batch } from './batches.js';
import { type Ended, runFiles } from './process.js';
import type { Plan } from './progress.js';

/** `onEnd` hears of each batch when it has ended. Once `stopped`, none is begun. */
export async function runPlan(
  plan: Plan,
  env: NodeJS.ProcessEnv,
  onEnd: (batch: Batch, ended: Ended) => void,
  stopped: AbortSignal,
): Promise<Ended[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tests-'));
  const all: Ended[] = [];
  const files = join(folder, 'server');
  // While the first tests run. Where no server can be made, tests say so themselves.
  const making = plan.together.length > plan.jobs ? makeServerFiles(files).catch(() => undefined) : undefined;
  let begun = 0;
  const inLanes = async (batches: readonly Batch[], lanes: number) => {
    const queue = batches.values();
    const lane = async () => {
      for (const batch of queue) {
        if (stopped.aborted) return;
        const ended = await runFiles(batch.files, join(folder, String(begun++)), { ...env, [SERVER_FILES]: files });
        all.push(ended);
        onEnd(batch, ended);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  try {
    await Promise.all([inLanes(plan.together, plan.jobs), inLanes(plan.computing, 1)]);
    await inLanes(plan.alone, 1);
  } finally {
    await making;
    await rm(folder, { recursive: true, force: true });
  }
  return all;
}
