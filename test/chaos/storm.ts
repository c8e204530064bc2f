/** One fault after the other, now and then some together, each healed and waited for, until the time is over. */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import type { Fault } from './faults/fault.js';
import type { Random } from './random.js';
import type { Tracker } from './tracker.js';
import type { Journal } from './workload/journal.js';
import type { World } from './world/world.js';

export interface Round {
  readonly faults: readonly string[];
  readonly from: number;
  /** When the last part was back. */
  readonly healed: number;
  /** From then until each chat was served again, in ms. */
  readonly recoveryMs: number;
  /** The longest time without any acknowledgement, in ms. */
  readonly silenceMs: number;
}

const PATIENCE_MS = 60_000;
const STAGGER_MS = 4_000;

export async function storm(options: {
  world: World;
  faults: readonly Fault[];
  journal: Journal;
  tracker: Tracker;
  random: Random;
  untilMs: number;
  say: (line: string) => void;
}): Promise<Round[]> {
  const { world, faults, journal, tracker, random, untilMs, say } = options;
  const rounds: Round[] = [];
  const bag: Fault[] = [];

  /** Each is drawn once before any is drawn again; those that share a part with one that was drawn wait. */
  function draw(): Fault[] {
    const count = random.chance(0.5) ? 1 : random.chance(0.7) ? 2 : 3;
    if (bag.length === 0) bag.push(...random.shuffled(faults));
    const drawn: Fault[] = [];
    for (const fault of [...bag]) {
      if (drawn.length === count) break;
      if (drawn.some(other => other.parts.some(part => fault.parts.includes(part)))) continue;
      drawn.push(fault);
      bag.splice(bag.indexOf(fault), 1);
    }
    return drawn;
  }

  /** The first begins at once, the others while it lasts or soon after: what is under way then is hit by both. */
  async function suffer(fault: Fault, place: number): Promise<void> {
    if (place > 0) await pause(random.between(0, STAGGER_MS));
    const heal = await fault.inject(world, random);
    await pause(random.between(...fault.lasts));
    await heal();
  }

  while (journal.now() < untilMs) {
    await pause(random.between(500, 2_000));
    const drawn = draw();
    const names = drawn.map(({ name }) => name);
    const from = journal.now();
    say(`${names.join(' + ')} …`);
    await Promise.all(drawn.map(suffer));
    const healed = journal.now();
    const recoveryMs = await eventually('each chat is served', () => tracker.recovered(healed), {
      within: PATIENCE_MS,
    }).catch(() => Number.POSITIVE_INFINITY);
    const silenceMs = tracker.silence(from);
    rounds.push({ faults: names, from, healed, recoveryMs, silenceMs });
    say(`${names.join(' + ')}: served again after ${Math.round(recoveryMs)} ms, silence ${Math.round(silenceMs)} ms`);
  }
  return rounds;
}
