/** An embedded PostgreSQL outlives a process that was killed; tests that kill take it with them when they end. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Ends the servers whose data lie somewhere under the folder, by the pid that they wrote there. */
export async function endOrphans(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (!path.endsWith('postmaster.pid')) continue;
    const pid = Number.parseInt(await readFile(join(folder, path), 'utf8').catch(() => ''), 10);
    if (pid > 1) endProcess(pid);
  }
}

/** SIGQUIT is PostgreSQL's immediate shutdown. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
