/** Round after round of faults, each healed and waited for, until the time is over. */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#support/eventually.js';
import type { Fault, Scene } from './faults/fault.js';
import { type Blow, planner } from './plan.js';
import type { Random } from './random.js';
import type { Round } from './round.js';
import type { Tracker } from './tracker.js';
import type { Journal } from './workload/journal.js';

const PATIENCE_MS = 60_000;
const BREATH_MS = [200, 800] as const;

export async function storm(options: {
  scene: Scene;
  faults: readonly Fault[];
  journal: Journal;
  tracker: Tracker;
  random: Random;
  untilMs: number;
  say: (line: string) => void;
}): Promise<Round[]> {
  const { scene, faults, journal, tracker, random, untilMs, say } = options;
  const rounds: Round[] = [];
  const next = planner(faults, random);

  async function suffer({ fault, afterMs, lastsMs, random: own }: Blow): Promise<void> {
    await pause(afterMs);
    const heal = await fault.inject(scene, own);
    await pause(lastsMs);
    await heal();
  }

  async function sufferInTurn(lane: readonly Blow[]): Promise<void> {
    for (const blow of lane) await suffer(blow);
  }

  while (journal.now() < untilMs) {
    await pause(random.between(...BREATH_MS));
    const { shape, lanes } = next();
    const names = lanes.map(lane => lane.map(({ fault }) => fault.name));
    const told = names.map(lane => lane.join(', then ')).join(' + ');
    const from = journal.now();
    say(`${told} …`);
    await Promise.all(lanes.map(sufferInTurn));
    const healed = journal.now();
    const recoveryMs = await eventually('each chat is served', () => tracker.recovered(healed), {
      within: PATIENCE_MS,
    }).catch(() => Number.POSITIVE_INFINITY);
    const silenceMs = tracker.silence(from);
    rounds.push({ shape, faults: names.flat(), from, healed, recoveryMs, silenceMs });
    say(`${told}: served again after ${Math.round(recoveryMs)} ms, silence ${Math.round(silenceMs)} ms`);
  }
  return rounds;
}
