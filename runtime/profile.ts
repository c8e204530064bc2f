/**
 * CPU profiles of the process as it runs, in the form that Chrome's and VS Code's tools open: on SIGUSR2 for ten seconds,
 * and, if asked for, from the start on. One at a time; the inspector that makes them listens on no port.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './contract/function.js';

const SIGNALLED_S = 10;

export interface Profiles {
  /** Writes the one under way, if there is one, now. */
  close(): Promise<void>;
}

export function profileOnDemand(options: {
  readonly dir: string;
  /** 0 for not from the start. */
  readonly atStartS: number;
  /** Begins the files' names. */
  readonly name: string;
  readonly log: Log;
}): Profiles {
  const { dir, atStartS, name, log } = options;
  const closing = new AbortController();
  let underWay: Promise<void> | undefined;

  function begin(seconds: number): void {
    if (underWay) log.info({}, 'a CPU profile is being taken already');
    underWay ??= take(seconds)
      .catch(err => log.error({ err }, 'no CPU profile'))
      .finally(() => {
        underWay = undefined;
      });
  }

  async function take(seconds: number): Promise<void> {
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    session.connect();
    try {
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      log.info({ seconds }, 'taking a CPU profile');
      await delay(seconds * 1_000, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
      const { profile } = await session.post('Profiler.stop');
      const when = new Date().toISOString().replaceAll(':', '');
      const path = join(dir, `${name}-${process.pid}-${when}.cpuprofile`);
      await writeFile(path, JSON.stringify(profile), { mode: 0o600 });
      log.info({ path }, 'CPU profile written');
    } finally {
      session.disconnect();
    }
  }

  process.on('SIGUSR2', () => begin(SIGNALLED_S));
  if (atStartS > 0) begin(atStartS);
  return {
    async close() {
      closing.abort();
      await underWay;
    },
  };
}
