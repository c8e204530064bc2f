/** One confined child process: started within its limits, spoken to in turns, killed when it is over them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { watchMemory } from './memory.js';
import { PIPE_FD, piecesOf, sizeOf, socketPipe } from './pipe.js';
import type { ChildWord, ParentWord } from './words.js';

export interface Limits {
  /** Of computing for one job; what its parent takes to answer does not count. */
  readonly timeMs: number;
  /** Resident, of the whole process. */
  readonly memoryBytes: number;
  /** Of that, JavaScript's heap. */
  readonly heapBytes: number;
}

/** The child is gone, by itself or because it was over a limit. */
export class ChildGone extends Error {
  override readonly name = 'ChildGone';
}

/** Sets limits that the system itself holds, for memory that comes and goes between two looks. Of util-linux. */
const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find(path => existsSync(path));
/** What threads and the engine set aside and use little of. */
const SET_ASIDE = 512 * 1024 * 1024;

/** A busy machine takes seconds. */
const START_MS = 60_000;

export function startChild(module: URL, { memoryBytes, heapBytes, timeMs }: Limits) {
  const node = [
    process.execPath,
    `--max-old-space-size=${Math.ceil(heapBytes / 2 ** 20)}`,
    fileURLToPath(module),
  ] as const;
  const limited = ['--core=0', `--data=${memoryBytes + SET_ASIDE}`, ...node];
  const [file, ...args] = PRLIMIT === undefined ? node : ([PRLIMIT, ...limited] as const);
  // None of this process's secrets is in its environment.
  const env = { NODE_ENV: 'production', MALLOC_ARENA_MAX: '2', VIPS_DISC_THRESHOLD: '2g' };
  const child: ChildProcess = spawn(file, args, {
    env,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
    serialization: 'advanced',
  });
  // There is none where the system has no room for another process.
  const socket = child.stdio?.[PIPE_FD] as Duplex | undefined;
  const pipe = socket && socketPipe(socket);
  let gone: ChildGone | undefined;
  let heard: { resolve(word: ChildWord): void; reject(error: Error): void } | undefined;
  let left = timeMs;
  let isReady: (() => void) | undefined;
  const ready = new Promise<void>(resolve => {
    isReady = resolve;
  });

  function end(why: string): void {
    gone ??= new ChildGone(why);
    child.kill('SIGKILL');
    heard?.reject(gone);
    isReady?.();
  }
  const exited = new Promise<void>(resolve => {
    child.once('exit', (code, signal) => {
      end(`it ended by itself (${signal ?? code})`);
      resolve();
    });
    child.once('error', error => {
      end(`it cannot be started (${error.message})`);
      if (child.pid === undefined) resolve();
    });
  });
  child.on('message', (word: ChildWord) => {
    if ('ready' in word) isReady?.();
    else if (!('bytes' in word)) heard?.resolve(word);
    else
      pipe?.read(word.bytes).then(
        answer => heard?.resolve({ answer }),
        () => end('its bytes are not as announced'),
      );
  });
  const tooSlow = setTimeout(() => end('it does not start'), START_MS);
  void ready.then(() => clearTimeout(tooSlow));

  return {
    exited,
    end,
    pid: child.pid,
    isGone: () => gone !== undefined,
    /** Says a word, and hears the child's. Rejects with ChildGone where there is none any more. */
    async exchange(word: ParentWord): Promise<ChildWord> {
      await ready;
      if (gone) throw gone;
      if ('job' in word) left = timeMs;
      const from = performance.now();
      const tooLong = setTimeout(() => end('it takes too long'), left);
      const unwatch =
        child.pid === undefined ? () => {} : watchMemory(child.pid, memoryBytes, () => end('it takes too much memory'));
      try {
        return await new Promise<ChildWord>((resolve, reject) => {
          heard = { resolve, reject };
          const pieces = 'answer' in word ? piecesOf(word.answer) : undefined;
          child.send(pieces ? { bytes: sizeOf(pieces) } : word, error => error && end(error.message));
          if (pieces) pipe?.write(pieces);
        });
      } finally {
        heard = undefined;
        clearTimeout(tooLong);
        unwatch();
        left -= performance.now() - from;
      }
    },
  };
}

export type Child = ReturnType<typeof startChild>;
