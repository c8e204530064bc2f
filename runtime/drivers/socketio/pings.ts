/**
 * Pings in groups: what is due in the same half second goes out in one turn of the event loop, and the answers come back
 * in a few. Engine.IO's own timers ping each connection by itself, and wake the process twice for each: with ten thousand
 * that are idle, that is nearly all it does.
 */
import type { PeerServer } from './peer.js';

const EVERY_MS = 500;

/** Of Engine.IO's connection. The timer and what it does are private there, and there is no other way to have it wait. */
interface Connection {
  readonly readyState: string;
  /** Is refreshed when a ping was answered. */
  pingIntervalTimer: { refresh(): unknown };
  sendPacket(type: 'ping'): void;
  /** Closes the connection unless the ping is answered in time. */
  resetPingTimeout(): void;
}

/** `intervalMs` is what clients are told; a ping comes up to a quarter of a second sooner or later. Answers with what stops it. */
export function pingTogether({ engine }: PeerServer, intervalMs: number): () => void {
  /** When each is to be pinged, the first that is due first. Those that are waited for are not in it. */
  const due = new Map<Connection, number>();

  function expect(connection: Connection): void {
    due.delete(connection);
    due.set(connection, performance.now() + intervalMs);
  }

  engine.on('connection', (connection: Connection) => {
    clearTimeout(connection.pingIntervalTimer as NodeJS.Timeout);
    connection.pingIntervalTimer = { refresh: () => expect(connection) };
    expect(connection);
  });

  const sweep = setInterval(() => {
    const until = performance.now() + EVERY_MS / 2;
    for (const [connection, at] of due) {
      if (at > until) break;
      due.delete(connection);
      if (connection.readyState !== 'open') continue;
      connection.sendPacket('ping');
      connection.resetPingTimeout();
    }
  }, EVERY_MS);
  sweep.unref();
  return () => clearInterval(sweep);
}
