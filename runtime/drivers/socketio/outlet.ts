/**
 * The way out to one client. A frame goes straight to the TCP stream while Engine.IO has nothing of its own to send and
 * the stream takes everything at once; otherwise, and over any other transport, Engine.IO has it wait its turn, and sees
 * a client that does not read. Either way the order is that of the calls, and all that one callback of the event loop has
 * for a client, a message, say, and the acknowledgement of it, leaves in one call of the kernel.
 */
import type { Duplex } from 'node:stream';
import { atEndOfCallback } from '../end-of-callback.js';
import type { Encoded } from './packets.js';
import type { PeerServer, PeerSocket } from './peer.js';

export interface Outlet {
  /** Nothing happens when the client has gone. */
  send(packet: Encoded): void;
}

/** Of Engine.IO's connection. Most is private there, and there is no other way past it, or to have it wait. */
interface Connection {
  readonly readyState: string;
  readonly transport: { readonly socket?: Web };
  readonly writeBuffer: readonly unknown[];
  write(text: string, options: Encoded['options']): void;
  sendPacket(type: 'ping'): void;
  flush(): void;
  outlet?: Outlet;
}

/** Of ws's WebSocket; its TCP or TLS stream is private there. */
interface Web {
  readonly readyState: number;
  readonly _socket?: Duplex | null;
}

const OPEN = 1;
/** RFC 6455, 5.2: of a server, a text of one character, by which Engine.IO says that it is a ping. */
const PING = Buffer.from([0x81, 1, '2'.charCodeAt(0)]);

/** Gives each connection of the server its outlet. */
export function openOutlets({ engine }: PeerServer): void {
  let held: Line[] = [];

  function hold(line: Line): void {
    if (held.push(line) === 1) atEndOfCallback(release);
  }

  function release(): void {
    const due = held;
    held = [];
    for (const line of due) line.release();
  }

  engine.on('connection', (connection: Connection) => {
    connection.outlet = new Line(connection, hold);
    connection.flush = wait;
  });
  engine.on('flush', (connection: Connection, packets: readonly unknown[]) => {
    if (packets.length > 1) streamOf(connection)?.cork();
  });
  engine.on('drain', (connection: Connection) => streamOf(connection)?.uncork());
}

/** One function for all connections: it weighs nothing. */
function wait(this: Connection): void {
  (this.outlet as Line).wait();
}

/** The outlet of a socket whose server has been given them. */
export const outletOf = ({ conn }: Pick<PeerSocket, 'conn'>): Outlet =>
  (conn as unknown as Required<Connection>).outlet;

/** Asks the client of one of Engine.IO's connections whether it is there. */
export const ping = (connection: object): void => ((connection as Connection).outlet as Line).ping();

class Line implements Outlet {
  private waiting = false;
  private corked: Duplex | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly hold: (line: Line) => void,
  ) {}

  send({ text, frame, options }: Encoded): void {
    const stream = this.clear();
    if (stream) stream.write(frame);
    else this.connection.write(text, options);
  }

  ping(): void {
    const stream = this.clear();
    if (stream) stream.write(PING);
    else this.connection.sendPacket('ping');
  }

  /** Engine.IO has something to send. */
  wait(): void {
    if (this.waiting) return;
    this.waiting = true;
    this.hold(this);
  }

  /** The callback is through. */
  release(): void {
    const { connection, corked } = this;
    this.waiting = false;
    this.corked = undefined;
    if (connection.writeBuffer.length > 0) Object.getPrototypeOf(connection).flush.call(connection);
    corked?.uncork();
  }

  /** The stream, as long as nothing that was sent before is still on this side of it. */
  private clear(): Duplex | undefined {
    const { connection } = this;
    const { socket } = connection.transport;
    if (socket?.readyState !== OPEN || connection.readyState !== 'open' || connection.writeBuffer.length > 0) return;
    const stream = socket._socket;
    if (!stream || this.corked === stream) return stream ?? undefined;
    if (stream.writableLength > 0) return;
    stream.cork();
    this.corked = stream;
    this.wait();
    return stream;
  }
}

/** Undefined of any transport but WebSocket, and of one that is closed. */
const streamOf = ({ transport }: Connection): Duplex | undefined => transport.socket?._socket ?? undefined;
