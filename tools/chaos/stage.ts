/** Where people talk while things go wrong: a world of our own, or a system elsewhere, which others break. */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#support/eventually.js';
import type { Numbers } from './checker/outcome.js';
import type { Fault } from './faults/fault.js';
import type { Random } from './random.js';
import type { Round } from './round.js';
import { storm } from './storm.js';
import type { Tracker } from './tracker.js';
import type { Journal } from './workload/journal.js';
import type { Chatting } from './workload/workload.js';
import { readNumbers } from './world/numbers.js';
import { sweptOf } from './world/swept.js';
import { type Engine, makeWorld } from './world/world.js';

export interface Stage {
  /** Where clients connect, and where they ask over REST. */
  readonly gateways: readonly string[];
  readonly direct: readonly string[];
  /** Lets things go wrong until the time is over, and answers when service was back. */
  play(scene: {
    chatting: Chatting;
    journal: Journal;
    tracker: Tracker;
    random: Random;
    untilMs: number;
    say: (line: string) => void;
  }): Promise<Round[]>;
  /** What numbers the database gave to changes, where there is one to ask. */
  readonly numbers?: () => Promise<Numbers>;
  /** What is left of files that should not be, where people send any. They have come to rest. */
  readonly left?: () => Promise<readonly string[]>;
  /** What processes did that none may do. */
  readonly misdeeds: readonly string[];
  stop(): Promise<void>;
}

export async function ownStage(folder: string, faults: readonly Fault[], engines: readonly Engine[]): Promise<Stage> {
  const world = await makeWorld(folder, engines);
  const { gateways, direct, fleet } = world;
  return {
    gateways,
    direct,
    numbers: () => readNumbers(world.postgres.dsn),
    left: () => sweptOf(world.postgres.dsn, world.files),
    misdeeds: fleet.faults,
    play: ({ chatting, ...rest }) => storm({ ...rest, scene: { ...world, chatting }, faults }),
    stop: world.stop,
  };
}

const TOLD_EVERY_MS = 5_000;
const PATIENCE_MS = 60_000;

/** Clients and REST go to any of the gateways' addresses; the whole time is one round. */
export function stageElsewhere(gateways: readonly string[]): Stage {
  return {
    gateways,
    direct: gateways,
    misdeeds: [],
    async play({ journal, tracker, untilMs, say }) {
      const from = journal.now();
      while (journal.now() < untilMs) {
        await pause(Math.min(TOLD_EVERY_MS, untilMs - journal.now()));
        say(`the longest silence was ${Math.round(tracker.silence(from))} ms`);
      }
      const [healed, silenceMs] = [journal.now(), tracker.silence(from)];
      const served = () => tracker.recovered(healed);
      const recoveryMs = await eventually('each chat is served', served, { within: PATIENCE_MS });
      return [{ shape: 'alone', faults: ['elsewhere'], from, healed, recoveryMs, silenceMs }];
    },
    stop: async () => undefined,
  };
}
