/** Looks at the processes meanwhile: none may end, none may log a defect of ours, and none may grow without bound. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Deployment } from '#support/deployment.js';
import type { Findings } from './findings.js';

export interface Growth {
  readonly image: string;
  readonly beforeMb: number;
  readonly afterMb: number;
}

export interface Watch {
  /** The last look; what each process's memory was at the beginning and is now. */
  end(): Promise<readonly Growth[]>;
}

const EVERY_MS = 200;
const MAX_MB = 400;

export async function watch({ processes }: Deployment, findings: Findings): Promise<Watch> {
  const watched = await Promise.all(
    [...processes].map(async each => ({ ...each, beforeMb: await memoryOf(each.pid) })),
  );
  const seen = new Set<string>();
  const look = (): void => {
    for (const { image, pid, output } of watched) {
      if (!processes.some(process => process.pid === pid) && !seen.has(`${pid} ended`)) {
        seen.add(`${pid} ended`);
        findings.add(`${image} ended`, output().slice(-2_000));
      }
      for (const line of output().split('\n').slice(-200)) {
        if (!DEFECT.test(line) || seen.has(line)) continue;
        seen.add(line);
        findings.add(`${image} logged ${/"msg":"([^"]*)"/.exec(line)?.[1]}`, line);
      }
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    async end() {
      clearInterval(timer);
      look();
      return Promise.all(
        watched.map(async ({ image, pid, beforeMb }) => {
          const afterMb = await memoryOf(pid);
          if (afterMb > MAX_MB) findings.add(`${image} takes much memory`, `${afterMb} MB`);
          return { image, beforeMb, afterMb };
        }),
      );
    },
  };
}

const DEFECT = /"level":"(error|fatal)"/;

/** Resident; zero for a process that has ended. */
async function memoryOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', `${pid}`]).catch(() => ({ stdout: '0' }));
  return Math.round(Number(stdout) / 1024);
}
