/**
 * Images as child processes, run exactly as an operator runs them. Output is kept for the report of a failed test, and
 * whatever is still alive when the test run ends is killed with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

const MAIN = fileURLToPath(new URL('../../runtime/main.js', import.meta.url));
const START_MS = 60_000;
const KEPT_LINES = 400;

export type Env = Readonly<Record<string, string>>;

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  readonly image: string;
  readonly pid: number;
  readonly url: string;
  /** As the ready line says. */
  readonly startupMs: number;
  readonly exited: Promise<Exit>;
  /** The last lines of stdout and stderr. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, and the exit that follows; rejects when none follows within the time. */
  stop(withinMs?: number): Promise<Exit>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** What is run. */
export interface Program {
  /** The binary of Node. */
  readonly node: string;
  /** The file that takes an image's name. */
  readonly main: string;
}

/** The code of this checkout, by the Node that runs this. */
export const BUILT: Program = { node: process.execPath, main: MAIN };

/** The code of another checkout, built there. */
export const builtIn = (folder: string): Program => ({ ...BUILT, main: resolve(folder, 'dist/runtime/main.js') });

export interface StartOptions {
  readonly program?: Program;
  /** How long it may take to get ready, in ms. */
  readonly within?: number;
  /** Hears every line of its output. */
  readonly onLine?: (line: string) => void;
}

/** Starts the image on a free port and resolves on its ready line. */
export async function startImage(image: string, env: Env, options: StartOptions = {}): Promise<Running> {
  const { program = BUILT, within = START_MS, onLine } = options;
  const { child, lines, exited } = launch(program, image, env, onLine);
  const output = () => lines.join('\n');
  let gone: Exit | undefined;
  exited.then(exit => {
    gone = exit;
  });
  const ready = await eventually(
    `${image} is ready`,
    () => {
      const line = lines.find(text => text.includes('"msg":"ready"'));
      return line ? (JSON.parse(line) as { port: number; startupMs: number }) : gone && { port: 0, startupMs: 0 };
    },
    { within },
  ).catch(async (error: Error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message}\n${output()}`);
  });
  if (gone) throw new Error(`${image} ended with code ${gone.code} instead of getting ready\n${output()}`);
  return {
    image,
    pid: child.pid!,
    url: `http://127.0.0.1:${ready.port}`,
    startupMs: ready.startupMs,
    exited,
    output,
    signal: name => void child.kill(name),
    stop: async (withinMs = 12_000) => {
      child.kill('SIGTERM');
      return eventually(`${image} ends after SIGTERM`, () => gone, { within: withinMs }).catch(error => {
        child.kill('SIGKILL');
        throw new Error(`${error.message}\n${output()}`);
      });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export interface Ended extends Exit {
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

interface RunOptions extends Pick<StartOptions, 'program' | 'within'> {
  readonly enough?: AbortSignal;
}

/**
 * Runs an image that is expected to end by itself: `migrate`, or one that refuses its configuration. It is killed when it
 * does not, or when somebody has seen `enough`.
 */
export async function runImage(image: string | undefined, env: Env, options: RunOptions = {}): Promise<Ended> {
  const { program = BUILT, within = START_MS, enough } = options;
  const started = Date.now();
  const { child, stdout, stderr, exited } = launch(program, image, env);
  const killer = setTimeout(() => child.kill('SIGKILL'), within);
  enough?.addEventListener('abort', () => child.kill('SIGKILL'));
  const exit = await exited;
  clearTimeout(killer);
  return { ...exit, stdout: stdout.join('\n'), stderr: stderr.join('\n'), ms: Date.now() - started };
}

function launch(
  { node, main }: Program,
  image: string | undefined,
  env: Env,
  onLine: (line: string) => void = () => {},
) {
  const inherited = Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'NODE_V8_COVERAGE'].flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const child = spawn(node, image === undefined ? [main] : [main, image], {
    env: { ...inherited, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithParent = () => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  const lines: string[] = [];
  const stdout = collect(child.stdout, lines, onLine);
  const stderr = collect(child.stderr, lines, onLine);
  const exited = ended(child).finally(() => process.removeListener('exit', endWithParent));
  return { child, lines, stdout, stderr, exited };
}

function collect(stream: NodeJS.ReadableStream, shared: string[], onLine: (line: string) => void): string[] {
  const own: string[] = [];
  createInterface({ input: stream }).on('line', line => {
    onLine(line);
    own.push(line);
    shared.push(line);
    // The ready line is looked for only at the start, so old lines may go.
    if (shared.length > 2 * KEPT_LINES) shared.splice(0, shared.length - KEPT_LINES);
    if (own.length > 2 * KEPT_LINES) own.splice(0, own.length - KEPT_LINES);
  });
  return own;
}

async function ended(child: ChildProcess): Promise<Exit> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
