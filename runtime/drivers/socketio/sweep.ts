/**
 * Looks at every connection, which is cheaper than timers of their own for ten thousand idle ones: whose credentials have
 * expired is told and sent away, within a second; who does not read what is sent is cut off, within three.
 */
import type { Log } from '../../contract/function.js';
import { type Peer, sendAway } from './peer.js';

export interface SweepOptions {
  readonly peers: ReadonlyMap<string, Peer>;
  /** The most packets that wait behind a transport that takes no more. */
  readonly maxBacklog: number;
  readonly log: Log;
}

/** What Engine.IO holds back while its transport is busy. It is private there, and there is no other way to see it. */
interface Transport {
  readonly writeBuffer: readonly { readonly data?: { readonly length?: number } }[];
}

const EVERY_MS = 1000;
/** Looks at what waits for a client, among those at its credentials. */
const BACKLOG_EVERY = 3;
const MAX_BACKLOG_CHARS = 4 * 1024 * 1024;

/** Answers with what stops it. */
export function sweepPeers({ peers, maxBacklog, log }: SweepOptions): () => void {
  let times = 0;
  const timer = setInterval(() => {
    const now = Date.now();
    const atBacklogs = ++times % BACKLOG_EVERY === 0;
    for (const peer of peers.values()) {
      if (peer.caller.expiresAt <= now) {
        peer.socket.emit('auth:expired', {});
        sendAway(peer);
      } else if (atBacklogs && stalled(peer, maxBacklog)) {
        log.warn({ connectionId: peer.socket.id }, 'a client does not read what it is sent, and is cut off');
        peer.socket.conn.close(true);
      }
    }
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function stalled({ socket }: Peer, maxBacklog: number): boolean {
  const { writeBuffer: waiting } = socket.conn as unknown as Transport;
  if (waiting.length === 0) return false;
  if (waiting.length > maxBacklog) return true;
  return waiting.reduce((chars, { data }) => chars + (data?.length ?? 0), 0) > MAX_BACKLOG_CHARS;
}
