/**
 * The process that runs, and the next one, which waits with its packages loaded. A reload lets the next one load the
 * code, asks the present one to go, and starts the next one in its place: code that cannot be loaded replaces nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Build } from './sources.js';
import type { Loaded, Order } from './worker.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
const POLL_MS = 5;
/** Code with an endless loop neither loads, nor answers, nor goes by itself. */
const LOAD_MS = 30_000;
const ANSWER_MS = 1_000;
const LEAVE_MS = 1_000;

/** Why there was no reload, for people. */
export class NotReloaded extends Error {
  override readonly name = 'NotReloaded';

  constructor(
    message: string,
    /** Of a process that ended instead of getting ready. */
    readonly exitCode?: number,
  ) {
    super(message);
  }
}

export interface Processes {
  /** Whether it serves: false when `givenUp` says so, or all was ended, before it did. Rejects with NotReloaded. */
  reload(build: Build, givenUp: () => boolean): Promise<boolean>;
  /** Resolves when all are gone. */
  end(): Promise<void>;
}

/** `onLost` hears of a process that served, and ended by itself. */
export function createProcesses(
  env: NodeJS.ProcessEnv,
  port: number,
  onLost: (code: number | null) => void,
): Processes {
  const alive = new Set<ChildProcess>();
  let ended = false;
  let present: ChildProcess | undefined;
  let next = hire();

  function hire(packages: readonly string[] = []): ChildProcess {
    // In a process group of its own: a terminal's Ctrl-C is for us, who end it in its turn.
    const child = fork(WORKER, ['all'], { env, detached: true, execArgv: ['--enable-source-maps'] });
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    tell(child, { packages });
    return child;
  }

  async function load(child: ChildProcess, build: Build): Promise<void> {
    const answer = new Promise<string | null>(resolve => {
      child.once('message', ({ failure }: Loaded) => resolve(failure));
      child.once('exit', code => resolve(`it ended with ${code} while it was loaded`));
    });
    tell(child, { load: build.others });
    const late = delay(LOAD_MS, `it is not loaded after ${LOAD_MS / 1_000} s`, { ref: false });
    const failure = await Promise.race([answer, late]);
    if (failure !== null) throw new NotReloaded(failure);
  }

  async function replace(coming: ChildProcess, main: string): Promise<void> {
    const going = present;
    present = undefined;
    await leave(going);
    if (ended) return;
    present = coming;
    tell(coming, { run: main });
  }

  async function untilReady(child: ChildProcess, givenUp: () => boolean): Promise<boolean> {
    while (!(await ready(port))) {
      if (ended || givenUp()) return false;
      if (!alive.has(child)) throw new NotReloaded(`it ended with ${child.exitCode}`, child.exitCode ?? 1);
      await delay(POLL_MS);
    }
    child.once('exit', code => child === present && onLost(code));
    return true;
  }

  async function leave(child: ChildProcess | undefined): Promise<void> {
    if (!child || !alive.has(child)) return;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), Number(env.SHUTDOWN_GRACE_MS) + LEAVE_MS);
    await once(child, 'exit');
    clearTimeout(late);
  }

  return {
    async reload(build, givenUp) {
      const coming = next;
      try {
        await load(coming, build);
        await replace(coming, build.main);
        return await untilReady(coming, givenUp);
      } catch (thrown) {
        coming.kill('SIGKILL');
        if (ended) return false;
        throw thrown;
      } finally {
        if (!ended) next = hire(build.packages);
      }
    },
    async end() {
      ended = true;
      const serving = present;
      present = undefined;
      const others = [...alive].filter(child => child !== serving);
      for (const child of others) child.kill('SIGKILL');
      await Promise.all([leave(serving), ...others.map(child => once(child, 'exit'))]);
    },
  };
}

/** Whether it hears of it shows in what it answers. */
const tell = (child: ChildProcess, order: Order) => child.send(order, () => {});

const ready = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/readiness`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
    async answer => {
      await answer.body?.cancel();
      return answer.ok;
    },
    () => false,
  );
