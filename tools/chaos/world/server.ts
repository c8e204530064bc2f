/** A backing server of one's own, which may be broken: killed and started again on the same port. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { eventually } from '#support/eventually.js';

export interface Server {
  readonly port: number;
  start(): Promise<void>;
  /** Gone at once; resolves when it is. */
  kill(): Promise<void>;
}

export const run = promisify(execFile);

/** Resolves when something accepts connections there. */
export const listens = (what: string, port: number): Promise<boolean> =>
  eventually(
    `${what} listens on ${port}`,
    async () => {
      const socket = connect(port, '127.0.0.1');
      try {
        await once(socket, 'connect');
        return true;
      } finally {
        socket.destroy();
      }
    },
    { within: 180_000, every: 50 },
  );
