/** One client's live connection as the socket drivers see it: its Socket.IO socket, and what is known of its caller. */
import type { Server, Socket } from 'socket.io';
import type { Caller } from '../../contract/caller.js';
import type { Traffic } from './traffic.js';

type Anything = Record<string, (...args: unknown[]) => void>;
export type PeerSocket = Socket<Anything, Anything, Anything, unknown>;
export type PeerServer = Server<Anything, Anything, Anything, unknown>;
/** What carries a socket: a connection of Engine.IO, over whichever transport. */
export type RawConnection = PeerSocket['conn'];

export interface Peer {
  readonly socket: PeerSocket;
  readonly traffic: Pick<Traffic, 'address' | 'unread'>;
  /** Where the client connects from. */
  readonly address: string;
  /** With the connection in it; another one after the credentials were renewed. */
  caller: Caller;
  /** Whether the client is there: false from the moment that it went or was sent away, and never true again. */
  open: boolean;
  /** Whether its rooms are exactly those that it should be in. */
  fresh: boolean;
  /** Grows whenever what was asked of its rooms before may be out of date. */
  generation: number;
  /** Whether somebody is busy with asking for its rooms. */
  asking: boolean;
  /** The latest question for its rooms; settles when the `connect` binding is done with it. */
  asked: Promise<unknown>;
  /** Events that were heard and have no answer yet. */
  unanswered: number;
}

/** So that an answer does not weigh on who has got it. */
export const NOTHING_ASKED: Promise<unknown> = Promise.resolve();

export const newPeer = (socket: PeerSocket, traffic: Peer['traffic'], caller: Caller): Peer => ({
  socket,
  traffic,
  address: traffic.address,
  caller,
  open: true,
  fresh: false,
  generation: 0,
  asking: false,
  asked: NOTHING_ASKED,
  unanswered: 0,
});

/** How long a client that is sent away may take to hear so. */
const FAREWELL_MS = 2000;

/** For good: the client is told, does not come back by itself, and nothing it sends is heard from now on. */
export function kick(peer: Peer): void {
  peer.open = false;
  peer.socket.disconnect(true);
  endSoon(peer);
}

/** For now: to the client it is as if the network had failed, so that it connects again. What was sent is flushed. */
export function closeTransport(peer: Peer): void {
  peer.socket.conn.close();
  endSoon(peer);
}

/** A transport that is being closed waits for a reader that may never read. */
function endSoon({ socket }: Peer): void {
  if (socket.conn.readyState === 'closed') return;
  setTimeout(() => socket.conn.close(true), FAREWELL_MS).unref();
}
