/**
 * Virtual time: tasks are carried out one by one in the order in which they are due, each to its last microtask before
 * the next begins, and time jumps from one to the next. A task belongs to a process or to the world outside; what a
 * task starts belongs to the same process. The tasks of a dead process never run, those of a frozen one when it thaws.
 */

import { type Due, Heap } from './heap.js';
import type { Chance } from './random.js';

export interface Owner {
  readonly name: string;
  alive: boolean;
  frozenUntil: number;
}

export interface Task extends Due {
  cancelled: boolean;
}

interface Planned extends Task {
  readonly owner: Owner | undefined;
  readonly label: string;
  readonly run: () => void;
}

export interface Scheduler {
  readonly chance: Chance;
  /** Milliseconds since the beginning. */
  now(): number;
  /** Whose task is being carried out; undefined is the world. */
  owner(): Owner | undefined;
  /** `at` may be in the past: then it is due now. */
  at(at: number, owner: Owner | undefined, label: string, run: () => void): Task;
  after(ms: number, owner: Owner | undefined, label: string, run: () => void): Task;
  /** Carries out task after task until `done`, or until there are none, or the time is over. */
  run(done: () => boolean, untilMs: number): Promise<void>;
  /** Writes a line of the trace, if there is one. */
  note(line: () => string): void;
  /** Stands for everything that was carried out, in its order. */
  fingerprint(): string;
  readonly steps: number;
}

/** The real one, kept from before it is replaced: when it calls back, no microtask is left. */
const { setImmediate: realImmediate } = globalThis;

/**
 * Node carries out all immediates that were asked for before in one turn of its event loop, each to its last microtask:
 * asked for so many at a time, they cost a fraction of as many turns.
 */
const IMMEDIATES = 256;

/** Resolves, each time that it is called, when no microtask is left. */
function createPause(): () => Promise<void> {
  let ahead = 0;
  let resume = (): void => {};
  const next = (): void => {
    ahead -= 1;
    resume();
  };
  return () =>
    new Promise(resolve => {
      resume = resolve;
      if (ahead > 0) return;
      for (; ahead < IMMEDIATES; ahead++) realImmediate(next);
    });
}

export function createScheduler(chance: Chance, trace?: (line: string) => void): Scheduler {
  const tasks = new Heap<Planned>();
  const frozen = new Map<Owner, Planned[]>();
  const pause = createPause();
  let now = 0;
  let number = 0;
  let steps = 0;
  let hash = 0x811c9dc5;
  let current: Owner | undefined;

  const mix = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };

  function plan(at: number, owner: Owner | undefined, label: string, run: () => void): Task {
    const task = { at: Math.max(at, now), number: ++number, owner, label, run, cancelled: false };
    tasks.add(task);
    return task;
  }

  /** What is due while its process is frozen waits in the order in which it was due. */
  function hold(owner: Owner, task: Planned): void {
    const held = frozen.get(owner);
    if (held) return void held.push(task);
    frozen.set(owner, [task]);
    thawLater(owner);
  }

  const thawLater = (owner: Owner): Task =>
    plan(owner.frozenUntil, undefined, 'thaw', () => {
      if (owner.frozenUntil > now) return void thawLater(owner);
      // The same tasks, so that whoever holds one can still cancel it.
      for (const task of frozen.get(owner) ?? []) tasks.add(Object.assign(task, { at: now, number: ++number }));
      frozen.delete(owner);
    });

  /** False when it is not carried out, or not now. */
  function carryOut(task: Planned): boolean {
    if (task.cancelled || task.owner?.alive === false) return false;
    if (task.owner && task.owner.frozenUntil > task.at) {
      hold(task.owner, task);
      return false;
    }
    now = task.at;
    current = task.owner;
    steps += 1;
    mix(Math.floor(now * 1000));
    for (let i = 0; i < task.label.length; i++) mix(task.label.charCodeAt(i));
    trace?.(`${now.toFixed(3).padStart(10)} ${(current?.name ?? '').padEnd(11)} · ${task.label}`);
    task.run();
    return true;
  }

  return {
    chance,
    now: () => now,
    owner: () => current,
    at: plan,
    after: (ms, owner, label, run) => plan(now + Math.max(0, ms), owner, label, run),
    async run(done, untilMs) {
      for (;;) {
        if (done() || now > untilMs) return;
        const task = tasks.take();
        if (!task) return;
        if (carryOut(task)) await pause();
      }
    },
    note: line => trace?.(`${now.toFixed(3).padStart(10)} ${(current?.name ?? '').padEnd(11)} ${line()}`),
    fingerprint: () => (hash >>> 0).toString(16).padStart(8, '0'),
    get steps() {
      return steps;
    },
  };
}
