/**
 * The packets that one callback of the event loop has for a client leave together, in one call of the kernel: a message,
 * say, and the acknowledgement of it. Engine.IO would send the first at once and the others when that is written.
 */
import type { Duplex } from 'node:stream';
import { atEndOfCallback } from '../end-of-callback.js';
import type { PeerServer } from './peer.js';

export function gatherWrites({ engine }: PeerServer): void {
  let held = new Set<Connection>();

  function flushAll(): void {
    const due = held;
    held = new Set();
    for (const connection of due) Object.getPrototypeOf(connection).flush.call(connection);
  }

  function hold(this: Connection): void {
    if (held.size === 0) atEndOfCallback(flushAll);
    held.add(this);
  }

  engine.on('connection', (connection: Connection) => {
    connection.flush = hold;
  });
  engine.on('flush', (connection: Connection, packets: readonly unknown[]) => {
    if (packets.length > 1) streamOf(connection)?.cork();
  });
  engine.on('drain', (connection: Connection) => streamOf(connection)?.uncork());
}

/** Of Engine.IO's connection. It is private there that it flushes, and there is no other way to have it wait. */
interface Connection {
  readonly transport: unknown;
  flush(): void;
}

/** The TCP or TLS stream under a WebSocket; undefined of any other transport, and of one that is closed. */
function streamOf({ transport }: Connection): Duplex | undefined {
  return (transport as { socket?: { _socket?: Duplex } }).socket?._socket;
}
