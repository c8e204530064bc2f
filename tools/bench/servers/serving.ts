/** A server that is measured, in a process of its own: it tells its port, and ends with its parent. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

export interface Serving {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the file, by the Node of that path; `program` runs in it and is given a free port. */
export async function serve(file: URL, execPath = process.execPath): Promise<Serving> {
  const child: ChildProcess = fork(file, { execPath, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const endWithParent = () => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  const exited = once(child, 'exit');
  const [message] = await Promise.race([
    once(child, 'message') as Promise<[{ port: number }]>,
    exited.then(([code]) => {
      throw new Error(`${file.pathname} ended with ${code} before it served`);
    }),
  ]);
  return {
    pid: child.pid!,
    url: `http://127.0.0.1:${message.port}`,
    async stop() {
      child.kill('SIGKILL');
      await exited;
      process.removeListener('exit', endWithParent);
    },
  };
}

/** The other end: `listen` is given a free port, and resolves when it can be used. */
export async function program(listen: (port: number) => Promise<unknown>): Promise<void> {
  process.once('disconnect', () => process.exit());
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  await listen(port);
  process.send?.({ port });
}
