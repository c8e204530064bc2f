/** How much memory another process has, where the operating system tells it in files: on Linux. */
import { readFile } from 'node:fs/promises';

/** In bytes; undefined elsewhere, and of a process that is gone. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

const EVERY_MS = 25;

/** Looks again and again, until it is called off, and says once when there are more. */
export function watchMemory(pid: number, most: number, over: () => void): () => void {
  let watched = true;
  async function look(): Promise<void> {
    if (!watched) return;
    const bytes = await residentBytes(pid);
    if (!watched) return;
    if (bytes !== undefined && bytes > most) over();
    else timer = setTimeout(look, EVERY_MS);
  }
  let timer = setTimeout(look, EVERY_MS);
  return () => {
    watched = false;
    clearTimeout(timer);
  };
}
