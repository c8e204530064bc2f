/**
 * Pings in groups: what is due in the same half second goes out in one turn of the event loop, and the answers come back
 * in a few. Engine.IO's own timers ping each connection by itself, and wake the process twice for each: with ten thousand
 * that are idle, that is nearly all it does.
 */
import { ping } from './outlet.js';
import type { PeerServer } from './peer.js';

const EVERY_MS = 500;

/** Of Engine.IO's connection. Its timers and what they do are private there, and there is no other way to have it wait. */
interface Connection {
  readonly readyState: string;
  /** Is refreshed when a ping was answered. */
  pingIntervalTimer: { refresh(): unknown };
  /** Is there while an answer is waited for, and refreshed once when something else came first. */
  pingTimeoutTimer: { refresh(): unknown } | null;
  hasRefreshedPingTimeout: boolean;
  onClose(reason: 'ping timeout'): void;
}

export interface Ping {
  /** What clients are told; a ping comes up to a quarter of a second sooner or later. */
  readonly everyMs: number;
  /** Who does not answer in this time is taken for gone up to half a second later. */
  readonly answeredWithinMs: number;
}

/** Answers with what stops it. The connections have their outlets before. */
export function pingTogether({ engine }: PeerServer, { everyMs, answeredWithinMs }: Ping): () => void {
  const due = inOrder(everyMs);
  const unanswered = inOrder(answeredWithinMs);

  /** The timers of one connection, as Engine.IO uses them. */
  class Next {
    constructor(private readonly connection: Connection) {}
    refresh(): void {
      unanswered.drop(this.connection);
      due.add(this.connection);
    }
  }
  class End {
    constructor(private readonly connection: Connection) {}
    refresh(): void {
      unanswered.add(this.connection);
    }
  }

  engine.on('connection', (connection: Connection) => {
    clearTimeout(connection.pingIntervalTimer as NodeJS.Timeout);
    connection.pingIntervalTimer = new Next(connection);
    due.add(connection);
  });

  function ask(connection: Connection): void {
    if (connection.readyState !== 'open') return;
    connection.hasRefreshedPingTimeout = false;
    ping(connection);
    connection.pingTimeoutTimer = new End(connection);
    unanswered.add(connection);
  }

  function expire(connection: Connection): void {
    if (connection.readyState === 'closed') return;
    if (connection.pingTimeoutTimer) connection.onClose('ping timeout');
    // Engine.IO waits no more when the transport was changed meanwhile.
    else due.add(connection);
  }

  const sweep = setInterval(() => {
    const now = performance.now();
    unanswered.take(now, expire);
    due.take(now + EVERY_MS / 2, ask);
  }, EVERY_MS);
  sweep.unref();
  return () => clearInterval(sweep);
}

/** Connections whose time comes after as long for each: who was added first is the first. */
function inOrder(afterMs: number) {
  const times = new Map<Connection, number>();
  return {
    add(connection: Connection): void {
      times.delete(connection);
      times.set(connection, performance.now() + afterMs);
    },
    drop: (connection: Connection) => times.delete(connection),
    /** Those whose time has come, who are not in it any more. */
    take(until: number, each: (connection: Connection) => void): void {
      for (const [connection, at] of times) {
        if (at > until) break;
        times.delete(connection);
        each(connection);
      }
    },
  };
}
