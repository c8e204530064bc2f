/** One run: a world and people of its own, a storm of faults, and the verdict. Its logs stay in the folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, type Verdict } from './checker/check.js';
import type { Fault } from './faults/fault.js';
import { seeded } from './random.js';
import { type Round, storm } from './storm.js';
import { track } from './tracker.js';
import { ending } from './workload/ending.js';
import { openJournal } from './workload/journal.js';
import { startChatting } from './workload/workload.js';
import { makeWorld } from './world/world.js';

export interface Ran {
  readonly seed: number;
  readonly rounds: readonly Round[];
  readonly counts: Verdict['counts'];
  /** Each as one line: its name, and the rest. */
  readonly findings: readonly string[];
}

export interface Plan {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  readonly faults: readonly Fault[];
  readonly folder: string;
  readonly say: (line: string) => void;
}

const NOTHING: Verdict['counts'] = { sent: 0, acknowledged: 0, stored: 0, shown: 0, holes: 0 };

/** How soon service must be back after the return of the part. */
const BACK_MS = 15_000;
/** How long nobody may be acknowledged while everything is restarted in turn. */
const ROLLING_SILENCE_MS = 1_000;

export async function runOnce({ seed, seconds, clients, faults, folder, say }: Plan): Promise<Ran> {
  const random = seeded(seed);
  await mkdir(folder, { recursive: true });
  const world = await makeWorld(folder);
  const journal = openJournal(join(folder, 'clients.jsonl'));
  const { gateways, direct } = world;
  let rounds: Round[] = [];
  try {
    const chatting = await startChatting({ clients, gateways, direct, journal, random: random.fork() });
    const tracker = track(journal, chatting.chatIds);
    const tell = (line: string) =>
      say(`${Math.round(journal.now() / 1_000)} s: ${tracker.acknowledged}/${tracker.sent} acknowledged; ${line}`);
    const untilMs = journal.now() + seconds * 1_000;
    rounds = await storm({ world, faults, journal, tracker, random, untilMs, say: tell });
    tell('the end: everybody comes to rest');
    const history = await ending(chatting, direct, journal);
    await chatting.leave();
    await world.stop();
    const { findings, counts } = check(journal.entries, history);
    const all = [
      ...findings.map(({ name, detail }) => `${name}: ${detail}`),
      ...world.fleet.faults.map(fault => `process: ${fault}`),
      ...rounds.flatMap(slow),
    ];
    await writeFile(join(folder, 'history.json'), JSON.stringify([...history]));
    await writeFile(join(folder, 'verdict.json'), JSON.stringify({ seed, counts, findings: all, rounds }, null, 2));
    return { seed, rounds, counts, findings: all };
  } catch (error) {
    // Service that does not come back is a broken promise as well, and the next run can show more.
    return { seed, rounds, counts: NOTHING, findings: [`stuck: ${(error as Error).message}`] };
  } finally {
    await world.stop();
    await journal.close();
  }
}

function slow({ faults, from, recoveryMs, silenceMs }: Round): string[] {
  const names = `${faults.join(' + ')} at ${Math.round(from)}`;
  return [
    ...(recoveryMs > BACK_MS ? [`slow-recovery: ${names}: ${Math.round(recoveryMs)} ms`] : []),
    ...(faults.length === 1 && faults[0] === 'rolling-restart' && silenceMs > ROLLING_SILENCE_MS
      ? [`silence: ${names}: nobody was acknowledged for ${Math.round(silenceMs)} ms`]
      : []),
  ];
}
