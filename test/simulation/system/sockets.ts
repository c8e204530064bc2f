/**
 * Socket.IO without its transports: a server and its sockets with the members that the socket drivers use, over the
 * links of the simulation. The rooms are those of the Redis adapter itself.
 */
import { EventEmitter } from 'node:events';
import type { Outlet } from '../../../runtime/drivers/socketio/outlet.js';
import type { PeerServer, PeerSocket } from '../../../runtime/drivers/socketio/peer.js';
import type { Link } from '../kernel/link.js';

/** What a client hears over its socket. */
export type HearEvent = (event: string, data: unknown) => void;

/** The members of socket.io-adapter's `Adapter` that are used. */
interface Adapter {
  readonly rooms: Map<string, Set<string>>;
  readonly sids: Map<string, Set<string>>;
  addAll(id: string, rooms: Set<string>): void;
  del(id: string, room: string): void;
  delAll(id: string): void;
}

export interface SocketHub {
  readonly io: PeerServer;
  readonly adapter: () => Adapter;
  readonly sockets: Map<string, PeerSocket>;
}

export function socketHub(): SocketHub {
  const events = new EventEmitter();
  const sockets: SocketHub['sockets'] = new Map();
  let adapter: Adapter | undefined;
  const namespace = {
    name: '/',
    server: { encoder: {} },
    sockets,
    _onServerSideEmit: ([event, ...args]: [string, ...unknown[]]) => events.emit(event, ...args),
    get adapter() {
      return adapter ?? { rooms: new Map(), sids: new Map() };
    },
  };
  const io = Object.assign(events, {
    of: () => namespace,
    adapter(create: (of: object) => Adapter) {
      adapter = create(namespace);
    },
    local: {
      emit: (event: string, data: unknown) => {
        for (const socket of sockets.values()) socket.emit(event, data);
      },
    },
  });
  return { io: io as unknown as PeerServer, adapter: () => adapter as Adapter, sockets };
}

/** A text packet of Socket.IO's protocol, of the two kinds that the drivers write themselves. */
const PACKET = /^(?:2|3(\d+))(\[.*\])$/s;

export interface ServerSocket {
  readonly socket: PeerSocket;
  readonly outlet: Outlet;
  /** The client said something. */
  hear(event: string, data: unknown, acknowledge: (answer: object) => void): void;
  /** The link is over. */
  ended(): void;
}

/** The gateway's half of one client's connection. */
export function serverSocket({ adapter, sockets }: SocketHub, id: string, link: Link, hear: HearEvent): ServerSocket {
  const unanswered = new Map<number, (answer: object) => void>();
  let calls = 0;
  const onClose: (() => void)[] = [];
  const conn = {
    readyState: 'open',
    close() {
      if (conn.readyState !== 'open') return;
      link.hangUp();
      ended();
    },
    once: (_close: 'close', run: () => void) => void onClose.push(run),
    write(text: string) {
      if (conn.readyState !== 'open') return;
      const [, number, json = ''] = PACKET.exec(text) ?? [];
      const content = JSON.parse(json);
      if (number === undefined) return emit(content[0], content[1]);
      unanswered.get(Number(number))?.(content[0]);
      unanswered.delete(Number(number));
    },
  };
  const emit = (event: string, data: unknown): void => link.toFar(`hears ${event}`, () => hear(event, data));

  function ended(): void {
    if (conn.readyState !== 'open') return;
    conn.readyState = 'closed';
    sockets.delete(id);
    adapter().delAll(id);
    for (const run of onClose) run();
  }

  const socket = {
    id,
    conn,
    handshake: { address: '192.0.2.1', auth: {} },
    get rooms() {
      return new Set(adapter().sids.get(id) ?? []);
    },
    join: (rooms: string | readonly string[]) => {
      if (conn.readyState === 'open') adapter().addAll(id, new Set([rooms].flat() as string[]));
    },
    leave: (room: string) => adapter().del(id, room),
    emit,
    disconnect: () => conn.close(),
    /** Replaced by whoever listens. */
    onevent: (_packet: { readonly id: number; readonly data: readonly unknown[] }): void => {},
  };
  const served = socket as unknown as PeerSocket;
  sockets.set(id, served);
  return {
    socket: served,
    outlet: { send: ({ text }) => conn.write(text) },
    hear(event, data, acknowledge) {
      unanswered.set(++calls, acknowledge);
      socket.onevent({ id: calls, data: [event, data] });
    },
    ended,
  };
}
