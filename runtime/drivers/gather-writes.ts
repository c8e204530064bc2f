/**
 * What is written to a stream by one callback of the event loop goes to the kernel in one call: each costs more than what
 * it carries, most of all when it wakes another process.
 */
import type { Writable } from 'node:stream';
import { atEndOfCallback } from './end-of-callback.js';

export function gatherWrites(stream: Writable): void {
  const write = stream.write.bind(stream);
  let corked = false;
  const uncork = (): void => {
    corked = false;
    stream.uncork();
  };
  // Every form of it: the arguments are passed on as they come.
  stream.write = (...args: unknown[]) => {
    if (!corked) {
      corked = true;
      stream.cork();
      atEndOfCallback(uncork);
    }
    return write(...(args as Parameters<typeof write>));
  };
}
