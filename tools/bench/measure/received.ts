/** Bytes that came over TCP connections, as Linux counts them for each. */
import { execFileSync } from 'node:child_process';

/** What to count: connections of these processes to a server's port. */
export interface Wire {
  readonly port: number;
  readonly pids: readonly number[];
}

/** Of the connections that are open now, from their beginning on. Throws where there is no `ss`, of iproute2. */
export function bytesReceived({ port, pids }: Wire): number {
  const words = ['-tinpHO', 'state', 'established', `( dport = :${port} )`];
  const lines = execFileSync('ss', words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\n');
  return lines.reduce((sum, line) => {
    const pid = Number(/\bpid=(\d+)/.exec(line)?.[1]);
    return pids.includes(pid) ? sum + Number(/\bbytes_received:(\d+)/.exec(line)?.[1] ?? 0) : sum;
  }, 0);
}
