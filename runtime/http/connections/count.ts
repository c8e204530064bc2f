/**
 * TCP connections, by the network that they come from, from when they are opened until they are closed, or WebSockets:
 * those that say nothing, dribble or lie idle between requests do not keep the others out. A proxy that is trusted is
 * not counted: its connections are those of all its clients.
 */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { networkOf } from '../../core/network.js';
import { type Share, Shares } from '../bounds/shares.js';
import type { Proxies } from './client-address.js';

/** Gives what is to be called with a connection that has become a WebSocket. Call it before the server has connections. */
export function countConnections(server: Server, limits: Share, proxies: Proxies): (connection: Duplex) => void {
  const shares = new Shares<Duplex>(limits, connection => connection.destroy());
  // One for all of them, as they are many and long idle.
  function left(this: Duplex): void {
    shares.remove(this);
  }
  server.on('connection', connection => {
    // It comes again after a wish for another protocol.
    if (shares.has(connection) || proxies.isTrusted(connection)) return;
    const network = networkOf(connection.remoteAddress ?? '');
    if (shares.refuses(network)) return void connection.destroy();
    shares.add(network, connection);
    connection.on('close', left);
  });
  return connection => shares.remove(connection);
}
