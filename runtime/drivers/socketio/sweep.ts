/**
 * Looks at every connection, which is cheaper than timers of their own for ten thousand idle ones: whose credentials have
 * expired is told and sent away, within a second; who does not read what is sent is cut off, within the same time.
 */
import type { Log } from '../../contract/function.js';
import { type Peer, sendAway } from './peer.js';

export interface SweepOptions {
  readonly peers: ReadonlyMap<string, Peer>;
  /** The most bytes that may wait for one client. */
  readonly maxUnread: number;
  readonly log: Log;
}

const EVERY_MS = 1000;

/** Answers with what stops it. */
export function sweepPeers({ peers, maxUnread, log }: SweepOptions): () => void {
  const timer = setInterval(() => {
    const now = Date.now();
    for (const peer of peers.values()) {
      if (peer.caller.expiresAt <= now) {
        peer.socket.emit('auth:expired', {});
        sendAway(peer);
      } else if (peer.traffic.unread > maxUnread) {
        log.warn({ connectionId: peer.socket.id }, 'a client does not read what it is sent, and is cut off');
        peer.socket.conn.close(true);
      }
    }
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
