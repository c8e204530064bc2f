/**
 * `npm run bench`: measures us and our peers in turn, case by case, and writes what it found into a folder. It judges
 * the goals but exits 1 only when a case failed: an answer was wrong, or something acknowledged was lost.
 */
import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Case, Side } from './bench-case.js';
import { cases } from './cases/all.js';
import { costs } from './cases/costs.js';
import { runCurve } from './curve/run-curve.js';
import { type Options, readOptions, USAGE } from './options.js';
import { profilesText } from './report/profile.js';
import { runCases } from './run-cases.js';
import { openStage } from './stage.js';

/** For what was started to end, when the bench is told to. */
const LAST_MS = 10_000;

function chosen({ only, quick, against, pipeline, ...options }: Options): readonly Case[] {
  const all = options.costs ? costs : cases;
  const unknown = only?.filter(name => !all.some(each => each.name === name)) ?? [];
  const known = all.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}; there are ${known}`);
  const list = all.filter(
    ({ name, fullOnly = false, byName = false }) => only?.includes(name) ?? !(byName || (quick && fullOnly)),
  );
  if (pipeline) return list.map(one => beside(one, one.pipeline, one.pipelineGoals));
  return against === undefined ? list : list.map(one => beside(one, one.older?.(against), one.olderGoals));
}

/** What is wanted of us beside one peer says nothing about another. */
const beside = (one: Case, peer: Side | undefined, goals: Case['goals'] = []): Case =>
  peer ? { ...one, peer, goals } : one;

function understood(words: readonly string[]): { options: Options; list: readonly Case[] } {
  try {
    const options = readOptions(words);
    return { options, list: chosen(options) };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    process.exit(2);
  }
}

async function main(): Promise<boolean> {
  const words = process.argv.slice(2);
  const { options, list } = understood(words);
  if (options.profile) await mkdir(options.profile, { recursive: true });
  const stage = openStage(options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // Thousands of connections are let go one after the other; what is left then is killed.
      void Promise.race([stage.close(), pause(LAST_MS)]).finally(() => process.exit(130));
    });
  }
  try {
    const command = ['npm run bench --', ...words].join(' ');
    return await (options.curve ? runCurve(stage, command) : runCases(list, stage, command));
  } finally {
    await stage.close();
    // They are written as the processes end.
    if (options.profile) process.stdout.write(`\n${await profilesText(options.profile)}\n`);
  }
}

// What was started is ended by its pid when this process exits, however it does: a listener for each.
process.setMaxListeners(100);

main().then(
  clean => process.exit(clean ? 0 : 1),
  (error: Error) => {
    process.stderr.write(`bench: ${error.stack}\n`);
    process.exit(1);
  },
);
