/**
 * One simulation: two gateways and three chat services on one broker, Redis and database, devices of four people in
 * two groups who write, read, come and go, and faults; then peace, a last sync, and the oracle's judgement.
 */
import { type Image, on, type QueueSpec } from '../../runtime/contract/image.js';
import { chatSvc } from '../../runtime/images/chat-svc.js';
import { gateway } from '../../runtime/images/gateway.js';
import { check } from './check.js';
import { createDevice } from './clients/device.js';
import { createManager } from './clients/manager.js';
import { newObservations } from './clients/observations.js';
import { planFaults } from './faults.js';
import { chanceFrom } from './kernel/random.js';
import { within } from './kernel/realm.js';
import { createScheduler } from './kernel/scheduler.js';
import { MUTATIONS, type MutationName } from './mutations.js';
import { createProcess } from './system/process.js';
import { createWorld } from './system/world.js';

export interface Verdict {
  readonly seed: number;
  readonly findings: readonly string[];
  readonly simulatedMs: number;
  readonly steps: number;
  readonly fingerprint: string;
  readonly messages: number;
  readonly gaps: number;
  /** What was done to the system, and how often. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface Options {
  readonly mutation?: MutationName;
  readonly trace?: (line: string) => void;
}

const FAULTS = { from: 800, until: 9_000 };
const LAST_WORD_MS = 10_000;
/** After the last fault is over everybody has this long for what they have to do. */
const DEADLINE_MS = 150_000;
const QUIET_MS = 3_000;
const LOOK_MS = 100;
/** The queues that the images here consume, and theirs for dead letters, where nothing should ever be. */
const CONSUMED = /^chat\.messages.*\d$|^chat\.messages\.delivered$/;
const DEAD = /\.dlq$/;

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** The image's own table with fewer partitions and smaller batches, so that a small run has something going on in each. */
const small = (image: Image): Image => ({
  ...image,
  queues: image.queues.map((spec): QueueSpec => ({ ...spec, partitions: Math.min(spec.partitions, 2) })),
  bindings: image.bindings.map(({ trigger, fn }) =>
    trigger.kind === 'queue' ? on({ ...trigger, batch: { ...trigger.batch, size: 4 } }, fn) : on(trigger, fn),
  ),
});

export function simulate(seed: number, { mutation = 'none', trace }: Options = {}): Promise<Verdict> {
  const chance = chanceFrom(seed);
  const scheduler = createScheduler(chance, trace);
  return within(scheduler, async () => {
    const world = createWorld(scheduler, MUTATIONS[mutation]);
    const seen = newObservations();
    const people = [1, 2, 3, 4].map(id);
    const [owner = '', , , guest = ''] = people;
    const chats = [id(101), id(102)];
    for (const chatId of chats) world.databaseServer.database.createGroup(chatId, people);

    const gateways = ['gateway-1', 'gateway-2'].map(name => createProcess(world, small(gateway), name));
    const services = ['chat-1', 'chat-2', 'chat-3'].map(name => createProcess(world, small(chatSvc), name));
    const fronts = () => gateways.flatMap(each => each.front() ?? []);
    const devices = people.flatMap((userId, at) =>
      ['a', ...(at === 0 ? ['b'] : [])].map(letter => {
        const name = `p${at + 1}${letter}`;
        return { name, device: createDevice({ scheduler, name, userId, fronts, seen }) };
      }),
    );
    planFaults(world, { gateways, services, lines: devices.map(({ device }) => device.line) }, FAULTS);

    const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
    async function writer({ name, device }: (typeof devices)[number]): Promise<void> {
      const sending: Promise<void>[] = [];
      for (let said = 0; scheduler.now() < LAST_WORD_MS && said < 14; ) {
        await sleep(chance.strikes(0.3) ? chance.between(0, 20) : chance.between(100, 1_800));
        const chatId = chance.pick(chats);
        for (let burst = chance.strikes(0.3) ? 4 : 1; burst > 0; burst--) {
          const clientId = `${name} ${++said}`;
          sending.push(device.send(chatId, clientId, `${clientId}: ${'☃'.repeat(chance.below(4))}`));
        }
      }
      await Promise.all(sending);
    }
    async function manage(): Promise<void> {
      const manager = createManager({ scheduler, userId: owner, fronts, seen });
      for (let times = chance.below(3); times > 0; times--) {
        await sleep(chance.between(500, 4_000));
        const absence = await manager.remove(chance.pick(chats), guest);
        await sleep(chance.between(500, 4_000));
        if (chance.strikes(0.3)) return;
        if (chance.strikes(0.4)) return manager.dispute(absence);
        await manager.addAgain(absence);
      }
    }

    let done = false;
    const story = (async () => {
      await Promise.all([...devices.map(writer), manage()]);
      await sleep(Math.max(0, FAULTS.until - scheduler.now()) + QUIET_MS);
      // What was only accepted is safe in a queue, and gets its place in the chat in time.
      while (world.broker.unsettled(CONSUMED) > 0) await sleep(LOOK_MS);
      await Promise.all(devices.map(({ device }) => device.catchUp().then(device.catchUp)));
      for (const { device } of devices) device.settle();
      done = true;
    })();
    story.catch(error => {
      throw error;
    });
    await scheduler.run(() => done, DEADLINE_MS);

    const stored = world.databaseServer.database.chats;
    const history = new Map(
      [...stored].map(([chatId, { messages, members }]) => {
        const inside = [...members].flatMap(([userId, { left }]) => (left ? [] : [userId]));
        return [chatId, { rows: messages, members: new Set(inside) }] as const;
      }),
    );
    const waiting = [...seen.sent.values()].filter(
      ({ attempts }) => !attempts.some(({ answer }) => answer && answer.code !== 'unavailable'),
    );
    const findings = [
      ...check(history, seen),
      ...(done ? [] : [`live: not done after ${DEADLINE_MS} ms; unanswered: ${waiting.map(each => each.clientId)}`]),
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
      gaps: seen.gaps,
      counts: world.tally.counts,
    };
  });
}
