/** Has the compiler look at the types when the code already runs: it takes longer than a reload. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';

/** What runs in the image and in the page; tests are looked at when they are run. */
const PROJECTS = ['runtime', 'web/app'];

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
    compiler = spawn(process.execPath, [script, '-b', ...PROJECTS, ...pretty], {
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
