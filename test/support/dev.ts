/** `npm run dev` as somebody at a terminal has it: a process group, which Ctrl-C goes to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually.js';

export interface Dev {
  readonly url: string;
  output(): string;
  /** Resolves with the first line that it says from now on and that matches. */
  says(what: RegExp, withinMs?: number): Promise<string>;
  /** Resolves when it has ended, with its exit code; npm ends by the signal, and has none. */
  ctrlC(): Promise<number | null>;
  kill(): Promise<void>;
}

const START_MS = 60_000;
/** On two cores that run other tests as well. */
const BUILD_MS = 120_000;

/** Builds first, which takes a while, and resolves when it serves. */
export const startDev = (folder: string): Promise<Dev> =>
  start(folder, 'npm', ['run', '--silent', 'dev'], BUILD_MS + START_MS);

/** What npm starts, on what is built already. */
export const startBuiltDev = (folder: string): Promise<Dev> =>
  start(folder, process.execPath, ['dist/build/dev/main.js'], START_MS);

async function start(folder: string, program: string, words: readonly string[], withinMs: number): Promise<Dev> {
  const child = spawn(program, words, {
    cwd: folder,
    // What it covers is not ours. Node hands the folder on to children whose variables do not have it: empty, it is none.
    env: { ...process.env, NODE_V8_COVERAGE: '', PORT: '0', DATA_DIR: `${folder}/.data`, LOG_LEVEL: 'warn' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = -(child.pid as number);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (said += text));
  const endWithParent = () => process.kill(group, 'SIGKILL');
  process.once('exit', endWithParent);
  void ended.then(() => process.removeListener('exit', endWithParent));

  async function says(what: RegExp, withinMs = 60_000): Promise<string> {
    const from = said.length;
    const heard = await eventually(
      `it says ${what}`,
      () => what.exec(said.slice(from))?.[0] ?? (child.exitCode === null ? undefined : ''),
      { within: withinMs, every: 10 },
    ).catch(err => {
      throw new Error(`${err.message}; it said:
${said}`);
    });
    if (heard === '')
      throw new Error(`it ended with ${child.exitCode}; it said:
${said}`);
    return heard;
  }
  const kill = async () => {
    process.kill(group, 'SIGKILL');
    await ended;
  };
  const url = await says(/http:\/\/localhost:\d+/, withinMs).catch(async err => {
    await kill().catch(() => undefined);
    throw err;
  });
  return {
    url: url.replace('localhost', '127.0.0.1'),
    output: () => said,
    says,
    async ctrlC() {
      process.kill(group, 'SIGINT');
      return (await ended)[0];
    },
    kill,
  };
}
