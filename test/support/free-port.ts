/** A port for a server that is started later. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that systems give to whoever asks for any (from 32,768 on Linux), so that no connection and no other test gets
 * it in between; and so is the port 10,000 above it, on which nodes of a Redis Cluster speak to each other.
 */
const [FIRST, LAST] = [12_000, 22_000];

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
