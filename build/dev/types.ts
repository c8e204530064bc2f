/**
 * Has the compiler look at the types when the code already runs: it takes longer than a reload. It leaves what is built
 * alone: a source that is saved while `tsc -b` is at work is older than its output, and taken for built ever after.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';

/** Of functions and runtime as one; the page, tests and what the parts may not know of each other wait for the build. */
const PROJECT = 'build/dev/types';

export interface Types {
  /** Once more after the check that is under way, if there is one. */
  check(): void;
  end(): void;
}

/** `tell` hears whether they are right, and what the compiler says when not. */
export function createTypes(root: string, tell: (right: boolean, said: string) => void): Types {
  let compiler: ChildProcess | undefined;
  let again = false;

  async function run(): Promise<void> {
    const script = join(root, 'node_modules/typescript/bin/tsc');
    const pretty = process.stdout.isTTY ? ['--pretty'] : [];
    // In a process group of its own, for the script leaves the work to a process of its own.
    compiler = spawn(process.execPath, [script, '--checkers', '1', '-p', PROJECT, ...pretty], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // A reload at the same time goes first.
    if (compiler.pid) setPriority(compiler.pid, constants.priority.PRIORITY_LOW);
    let said = '';
    compiler.stdout?.setEncoding('utf8').on('data', text => {
      said += text;
    });
    const [code] = await once(compiler, 'close');
    compiler = undefined;
    if (code !== null) tell(code === 0, said.trim());
  }

  async function repeat(): Promise<void> {
    do {
      again = false;
      await run();
    } while (again);
  }

  return {
    check() {
      if (compiler) again = true;
      else void repeat();
    },
    end() {
      again = false;
      try {
        if (compiler?.pid) process.kill(-compiler.pid);
      } catch (err) {
        if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
      }
    },
  };
}
