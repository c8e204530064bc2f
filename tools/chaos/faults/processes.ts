/** Processes that are killed, told to go, stand still, mistake the time, go one after the other, or change in number. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Fleet, IMAGES, type Member, type Service } from '../world/fleet.js';
import type { Fault, Part } from './fault.js';

const ALL: readonly Part[] = IMAGES;

const killed = (image: Service): Fault => ({
  name: `kill-${image}`,
  parts: [image],
  lasts: [200, 3_000],
  async inject({ fleet }, random) {
    const member = random.pick(fleet.of(image));
    await member.kill();
    return member.start;
  },
});

const toldToGo = (image: Service): Fault => ({
  name: `term-${image}`,
  parts: [image],
  lasts: [200, 2_000],
  async inject({ fleet }, random) {
    const member = random.pick(fleet.of(image));
    await member.stop();
    return member.start;
  },
});

/** Wakes up and believes that it still owns what others have taken over. */
const frozen = (image: Service): Fault => ({
  name: `freeze-${image}`,
  parts: [image],
  lasts: [3_000, 30_000],
  async inject({ fleet }, random) {
    const member = random.pick(fleet.of(image));
    const process = member.running;
    process?.signal('SIGSTOP');
    return async () => process?.signal('SIGCONT');
  },
});

/** By seconds or by minutes, ahead or back, and right again in the end. */
const jumpingClock = (image: Service): Fault => ({
  name: `clock-${image}`,
  parts: [image],
  lasts: [2_000, 8_000],
  async inject({ fleet }, random) {
    const member = random.pick(fleet.of(image));
    await member.setClock((random.chance(0.5) ? 1 : -1) * random.between(1_000, 120_000));
    return () => member.setClock(0);
  },
});

const allGone: Fault = {
  name: 'no-chat-svc',
  parts: ['chat-svc'],
  lasts: [5_000, 20_000],
  async inject({ fleet }) {
    const gone = [...fleet.of('chat-svc')];
    await Promise.all(gone.map(member => member.kill()));
    return async () => void (await Promise.all(gone.map(member => member.start())));
  },
};

const rolling: Fault = {
  name: 'rolling-restart',
  parts: ALL,
  lasts: [0, 0],
  async inject({ fleet }) {
    for (const member of [...fleet.members]) {
      await member.stop();
      await member.start();
    }
    return async () => {};
  },
};

/** From 8, which there are to begin with, and around again. */
const NUMBERS = [32, 4, 16, 2, 8];
const updates = new WeakMap<Fleet, number>();

/** A rolling update to the next number of partitions, up or down in turn; some are given up in the middle. */
const repartitioned: Fault = {
  name: 'repartition',
  parts: ['chat-svc'],
  lasts: [0, 0],
  async inject({ fleet }, random) {
    const update = updates.get(fleet) ?? 0;
    updates.set(fleet, update + 1);
    const PARTITIONS = String(NUMBERS[update % NUMBERS.length]);
    for (const member of [...fleet.of('chat-svc')]) {
      member.configure({ PARTITIONS });
      await (random.chance(0.5) ? member.stop() : member.kill());
      await member.start();
      if (random.chance(0.2)) break;
    }
    return async () => {};
  },
};

const scaled: Fault = {
  name: 'scale-chat-svc',
  parts: ['chat-svc'],
  lasts: [0, 0],
  async inject({ fleet }, random) {
    const more: Member[] = await Promise.all([1, 2, 3].map(() => fleet.add('chat-svc')));
    await Promise.all(more.map(member => member.start()));
    await pause(random.between(1_000, 3_000));
    const [survivor, ...going] = random.shuffled(fleet.of('chat-svc'));
    await Promise.all(going.map(member => member.stop()));
    for (const member of going.slice(2)) fleet.remove(member);
    await pause(random.between(1_000, 3_000));
    const back = going.slice(0, 2);
    return async () => void (await Promise.all([survivor, ...back].map(member => member?.start())));
  },
};

export const PROCESS_FAULTS: readonly Fault[] = [
  ...IMAGES.map(killed),
  ...IMAGES.map(toldToGo),
  ...IMAGES.map(frozen),
  ...IMAGES.map(jumpingClock),
  allGone,
  rolling,
  repartitioned,
  scaled,
];
