/**
 * Runs a plan: as many batches at a time as it says and one that computes, or one more of the others when none is left that
 * does; then what wants the machine for itself.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeServerFiles, SERVER_FILES } from '../support/new-server.js';
import type { Batch } from './batches.js';
import { type Ended, runFiles } from './process.js';
import type { Plan } from './progress.js';

/** `onEnd` hears of each batch when it has ended. Once `stopped`, none is begun, and those under way end in order. */
export async function runPlan(
  plan: Plan,
  envOf: (batch: Batch) => NodeJS.ProcessEnv,
  onEnd: (batch: Batch, ended: Ended) => void,
  stopped: AbortSignal,
): Promise<Ended[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tests-'));
  const all: Ended[] = [];
  const files = join(folder, 'server');
  // While the first tests run. Where no server can be made, tests say so themselves.
  const making = plan.together.length > plan.jobs ? makeServerFiles(files).catch(() => undefined) : undefined;
  let begun = 0;
  const lane = async (...queues: readonly Batch[][]) => {
    for (;;) {
      const batch = queues.find(({ length }) => length > 0)?.shift();
      if (!batch || stopped.aborted) return;
      const env = { ...envOf(batch), [SERVER_FILES]: files };
      const ended = await runFiles(batch.files, join(folder, String(begun++)), env, stopped);
      all.push(ended);
      onEnd(batch, ended);
    }
  };
  const [together, computing] = [[...plan.together], [...plan.computing]];
  const lanes = Array.from({ length: plan.jobs }, () => lane(together));
  try {
    await Promise.all(plan.computing.length > 0 ? [...lanes, lane(computing, together)] : lanes);
    await lane([...plan.alone]);
  } finally {
    await making;
    await rm(folder, { recursive: true, force: true });
  }
  return all;
}
