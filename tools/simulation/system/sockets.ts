/**
 * Socket.IO without its transports: a server and its sockets with the members that the socket drivers use, over the
 * links of the simulation. The rooms are those of Socket.IO itself.
 */
import { Server } from 'socket.io';
import { textOf } from '#runtime/drivers/raw-json.js';
import type { PeerServer, PeerSocket } from '#runtime/drivers/socketio/peer.js';
import type { Link } from '../kernel/link.js';

/** What a client hears over its socket. */
export type HearEvent = (event: string, data: unknown) => void;

type Adapter = ReturnType<Server['of']>['adapter'];

export interface SocketHub {
  readonly io: PeerServer;
  readonly adapter: Adapter;
  readonly sockets: Map<string, PeerSocket>;
}

export function socketHub(): SocketHub {
  const sockets: SocketHub['sockets'] = new Map();
  const { adapter } = new Server().of('/');
  const io = {
    of: () => ({ adapter, sockets }),
    local: {
      emit: (event: string, data: unknown) => {
        for (const socket of sockets.values()) socket.emit(event, data);
      },
    },
  };
  return { io: io as unknown as PeerServer, adapter, sockets };
}

export interface ServerSocket {
  readonly socket: PeerSocket;
  /** The client is told that it is connected, and hears from now on. */
  connected(): void;
  /** The client said something. */
  hear(event: string, data: unknown, acknowledge: (answer: object) => void): void;
  /** The link is over. */
  ended(): void;
}

/** The gateway's half of one client's connection. */
export function serverSocket({ adapter, sockets }: SocketHub, id: string, link: Link, hear: HearEvent): ServerSocket {
  let hearPacket: (packet: unknown[]) => void = () => {};
  const onClose: (() => void)[] = [];
  const conn = {
    readyState: 'open',
    close() {
      if (conn.readyState !== 'open') return;
      link.closeTransport();
      ended();
    },
    /** A packet of an event as Socket.IO writes it, without its transport: `2["EVENT",DATA]`. */
    write(packet: string) {
      const end = packet.indexOf('"', 3);
      tell(packet.slice(3, end), packet.slice(end + 2, -1));
    },
    once: (_close: 'close', run: () => void) => void onClose.push(run),
  };
  function tell(event: string, data: string): void {
    if (conn.readyState === 'open') link.toFar(`hears ${event}`, () => hear(event, JSON.parse(data)));
  }
  const emit = (event: string, data: unknown): void => tell(event, textOf(data));

  function ended(): void {
    if (conn.readyState !== 'open') return;
    conn.readyState = 'closed';
    sockets.delete(id);
    adapter.delAll(id);
    for (const run of onClose) run();
  }

  const socket = {
    id,
    conn,
    handshake: { address: '192.0.2.1', auth: {} },
    get rooms() {
      return new Set(adapter.sids.get(id) ?? []);
    },
    join: (rooms: string | readonly string[]) => {
      if (conn.readyState === 'open') adapter.addAll(id, new Set([rooms].flat() as string[]));
    },
    leave: (room: string) => adapter.del(id, room),
    emit,
    disconnect: () => conn.close(),
    use: (middleware: (packet: unknown[]) => void) => {
      hearPacket = middleware;
    },
  };
  const served = socket as unknown as PeerSocket;
  return {
    socket: served,
    connected() {
      sockets.set(id, served);
      emit('connect', {});
    },
    hear(event, data, acknowledge) {
      hearPacket([
        event,
        data,
        (answer: object) => {
          if (conn.readyState === 'open') acknowledge(JSON.parse(textOf(answer)));
        },
      ]);
    },
    ended,
  };
}
