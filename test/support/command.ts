/** The operator's commands as child processes, run as npm runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Env } from './processes.js';

export interface Started {
  readonly pid: number;
  /** What it said, and how it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  kill(): void;
}

export function startDlq(words: readonly string[], env: Env): Started {
  const program = fileURLToPath(import.meta.resolve('#functions/entrypoints/dlq.js'));
  const { PATH = '', NODE_V8_COVERAGE } = process.env;
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH, ...(NODE_V8_COVERAGE !== undefined && { NODE_V8_COVERAGE }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', text => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (said.stderr += text));
  return {
    pid: child.pid!,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })),
    kill: () => void child.kill('SIGKILL'),
  };
}

export const runDlq = (words: readonly string[], env: Env) => startDlq(words, env).ended;
