/**
 * Looks at every connection once a second, which is cheaper than timers of their own for ten thousand idle ones: whose
 * credentials have expired is told and sent away; who does not begin to join, or does not read, is cut off. A look makes
 * nothing new (`forEach`, which unlike `for of` makes no entries): it would be most of the garbage of a gateway at rest.
 */
import type { Connections } from './connections.js';
import { kick, type Peer } from './peer.js';

const EVERY_MS = 1000;

/** Answers with what stops it. */
export function startSweeping(peers: ReadonlyMap<string, Peer>, connections: Connections): () => void {
  const timer = setInterval(() => {
    const now = Date.now();
    peers.forEach(peer => {
      if (peer.caller.expiresAt > now) return;
      peer.socket.emit('auth:expired', {});
      kick(peer);
    });
    connections.sweep();
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
