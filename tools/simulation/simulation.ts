/**
 * One simulation: two gateways, three chat services and two presence services on one broker, Redis and database,
 * devices of four people in groups who write, read, come and go, and faults; then peace, and the oracle's judgement.
 */
import { byCodePoints } from '#functions/domain/emoji.js';
import { createCast } from './cast.js';
import { check, type Past } from './check.js';
import { news } from './check-news.js';
import { ending } from './ending.js';
import { planFaults } from './faults.js';
import { chanceFrom } from './kernel/random.js';
import { within } from './kernel/realm.js';
import { createScheduler } from './kernel/scheduler.js';
import { MUTATIONS, type MutationName } from './mutations.js';
import { whenever } from './patience.js';
import { story } from './story.js';
import { createTroubles } from './system/troubles.js';
import { createWorld } from './system/world.js';

export interface Verdict {
  readonly seed: number;
  readonly findings: readonly string[];
  readonly simulatedMs: number;
  readonly steps: number;
  readonly fingerprint: string;
  readonly messages: number;
  readonly changes: number;
  readonly gaps: number;
  /** What was done to the system, and how often. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface Options {
  readonly mutation?: MutationName;
  readonly trace?: (line: string) => void;
}

const FAULTS = { from: 800, until: 9_000 };
/** After the last fault is over everybody has this long for what they have to do. */
const DEADLINE_MS = 150_000;
const QUIET_MS = 3_000;
/** Makes another chance of the seed than the history's. */
const APART = 0x5bd1e995;
/** The queues for dead letters, where nothing should ever be. */
const DEAD = /\.dlq$/;

export function simulate(seed: number, { mutation = 'none', trace }: Options = {}): Promise<Verdict> {
  const chance = chanceFrom(seed);
  const scheduler = createScheduler(chance, trace);
  return within(scheduler, async () => {
    const world = createWorld(scheduler, MUTATIONS[mutation], createTroubles(chanceFrom(~seed)));
    const cast = createCast(world);
    const { seen, gateways, services, presences, devices } = cast;
    const lines = devices.map(({ line }) => line);
    const faults = planFaults(world, { gateways, services, presences, lines }, FAULTS, chanceFrom(seed ^ APART));

    let ended: readonly string[] | undefined;
    const run = (async () => {
      await story(cast);
      await whenever(() => scheduler.now() > faults.calmAt() + QUIET_MS);
      ended = await ending(cast);
    })();
    run.catch(error => {
      throw error;
    });
    await scheduler.run(() => ended !== undefined, DEADLINE_MS);

    const { database } = world.databaseServer;
    const stored = database.chats;
    const history = new Map(
      [...stored].map(([chatId, { messages, members, lastChange, log }]) => {
        const inside = [...members].flatMap(([userId, { left }]) => (left ? [] : [userId]));
        const past: Past = {
          ...{ rows: messages, members: new Set(inside), lastChange, log },
          roleOf: userId => members.get(userId)?.role,
          hidden: (userId, seq) => database.hides(userId, chatId, seq),
          reactionsOf: (userId, seq) => database.reactionsOf(chatId, seq, userId).sort(byCodePoints),
        };
        return [chatId, past] as const;
      }),
    );
    const waiting = [...seen.sent.values()].filter(
      ({ attempts }) => !attempts.some(({ answer }) => answer && answer.code !== 'unavailable'),
    );
    const findings = [
      ...check(history, seen),
      ...news(history, world),
      ...seen.broken,
      ...world.outdated,
      ...(ended ?? [`live: not done after ${DEADLINE_MS} ms; unanswered: ${waiting.map(each => each.clientId)}`]),
      ...(world.broker.unsettled(DEAD) > 0 ? ['durable: something was dead-lettered; see the trace'] : []),
      ...(world.tally.counts.has('defect logged') ? ['defect: a function failed; see the trace'] : []),
    ];
    for (const finding of findings) scheduler.note(() => `FINDING ${finding}`);
    return {
      seed,
      findings,
      simulatedMs: scheduler.now(),
      steps: scheduler.steps,
      fingerprint: scheduler.fingerprint(),
      messages: [...history.values()].reduce((sum, { rows }) => sum + rows.length, 0),
      changes: [...history.values()].reduce((sum, { lastChange }) => sum + lastChange, 0),
      gaps: seen.gaps,
      counts: world.tally.counts,
    };
  });
}
