/**
 * Ports for what is started more than once: below those that the system gives to outgoing connections, or one of
 * these could have taken the port by the time it is wanted again.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const taken = new Set<number>();

export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (taken.has(port)) continue;
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    taken.add(port);
    return port;
  }
}
