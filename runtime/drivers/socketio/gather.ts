/**
 * Packets that Engine.IO hands to a WebSocket together go to the kernel in one call, not in one each. The first packet of
 * a turn goes at once, and all that come up while it is written are the next flush: under load a client gets what there
 * is for it in a few writes, and when there is little to say nothing waits.
 */
import type { Duplex } from 'node:stream';
import type { PeerServer } from './peer.js';

export function gatherWrites({ engine }: PeerServer): void {
  engine.on('flush', (connection: Connection) => streamOf(connection)?.cork());
  engine.on('drain', (connection: Connection) => streamOf(connection)?.uncork());
}

interface Connection {
  readonly transport: unknown;
}

/** The TCP or TLS stream under a WebSocket; undefined of any other transport, and of one that is closed. */
function streamOf({ transport }: Connection): Duplex | undefined {
  return (transport as { socket?: { _socket?: Duplex } }).socket?._socket;
}
